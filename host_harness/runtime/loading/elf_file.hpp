// Reads a shared object's bytes without executing any of them: which libraries it wants, which
// symbols it defines and imports, which powers over the process it asks for. Every access is
// bounds-checked: hostile bytes give an error, never a crash. Any thread, no global state. Owns its
// bytes; names are views into them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/status.hpp"

namespace lpc::runtime {

struct ElfSymbol {
    std::string_view name;
    std::uint64_t address = 0;
    std::uint64_t size_bytes = 0;
    std::uint8_t type = 0;     // STT_*
    std::uint8_t binding = 0;  // STB_*
    bool defined = false;
};

class ElfFile {
  public:
    // Takes only what this host could map: a little-endian 64-bit shared object of its own machine.
    [[nodiscard]] static Result<ElfFile> parse(std::vector<std::byte> bytes);

    // A copy would leave its names pointing into the original's bytes.
    ElfFile(const ElfFile&) = delete;
    ElfFile& operator=(const ElfFile&) = delete;
    ElfFile(ElfFile&&) = default;
    ElfFile& operator=(ElfFile&&) = default;
    ~ElfFile() = default;

    const std::vector<std::string_view>& libraries() const { return libraries_; }  // DT_NEEDED
    // The dynamic symbols, all but the reserved first one.
    const std::vector<ElfSymbol>& symbols() const { return symbols_; }
    std::string_view soname() const { return soname_; }
    // What else it asks of the process, each a part of a sentence that follows "it": "has an
    // executable stack".
    const std::vector<std::string>& oddities() const { return oddities_; }
    // What the file holds for an address range of the image, before relocation; nothing if any byte
    // of it is not from the file.
    [[nodiscard]] std::optional<std::span<const std::byte>> at(std::uint64_t address,
                                                               std::uint64_t size_bytes) const;

  private:
    // A run of the file that is mapped at an address.
    struct Segment {
        std::uint64_t address, offset, size_bytes;
    };
    // What the dynamic section says, as far as it is used. 0: not there.
    struct Dynamic {
        std::uint64_t strings = 0, strings_bytes = 0, symbols = 0;
        std::uint64_t sysv_hash = 0, gnu_hash = 0;
        std::uint64_t relocations = 0, relocations_bytes = 0;
        std::uint64_t calls = 0, calls_bytes = 0;
        std::uint64_t soname = 0;
        std::vector<std::uint64_t> needed;
    };

    ElfFile() = default;
    Status read_header();
    Status read_segments();
    Status read_dynamic();
    void note_dynamic_flags(std::int64_t tag, std::uint64_t value);
    void remember(std::int64_t tag, std::uint64_t value);
    Status read_names();
    Status read_symbols();
    Status check_relocations(std::uint64_t address, std::uint64_t size_bytes);
    Result<std::uint64_t> symbol_count() const;
    Result<std::uint64_t> symbol_count_gnu() const;
    Result<std::string_view> name_at(std::uint64_t offset) const;

    std::vector<std::byte> bytes_;
    std::uint64_t program_headers_ = 0;
    std::uint16_t program_header_count_ = 0;
    std::vector<Segment> segments_;
    std::uint64_t dynamic_offset_ = 0;
    std::uint64_t dynamic_bytes_ = 0;
    Dynamic dynamic_;
    std::span<const std::byte> strings_;
    std::vector<std::string_view> libraries_;
    std::vector<ElfSymbol> symbols_;
    std::string_view soname_;
    std::vector<std::string> oddities_;
};

// Text from a foreign file, fit for a message: at most 120 characters, all printable ASCII, quoted.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace lpc::runtime
