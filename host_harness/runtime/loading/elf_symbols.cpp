// The dynamic symbols of an ELF file: how many there are, and what each says.
#include <elf.h>

#include <algorithm>

#include "runtime/loading/elf_bytes.hpp"
#include "runtime/loading/elf_file.hpp"

namespace lpc::runtime {
namespace {

constexpr std::uint64_t kSymbolsMax = 65536;

}  // namespace

// The dynamic symbol table states no length of its own: like the dynamic loader, ask its hash
// table.
Result<std::uint64_t> ElfFile::symbol_count() const {
    if (dynamic_.gnu_hash != 0) {
        return symbol_count_gnu();
    }
    const auto head = at(dynamic_.sysv_hash, 2 * sizeof(std::uint32_t));
    if (dynamic_.sysv_hash == 0 || !head) {
        return damaged("its symbol hash table");
    }
    return *read_at<std::uint32_t>(*head, sizeof(std::uint32_t));  // chains = symbols
}

// Layout: bucket count, first hashed symbol, bloom words, shift; the bloom filter; the buckets; a
// chain for each bucket, whose last entry has bit 0 set.
Result<std::uint64_t> ElfFile::symbol_count_gnu() const {
    const auto head = at(dynamic_.gnu_hash, 16);
    if (!head) {
        return damaged("its symbol hash table");
    }
    const std::uint64_t bucket_count = *read_at<std::uint32_t>(*head, 0);
    const std::uint64_t first = *read_at<std::uint32_t>(*head, 4);
    const std::uint64_t bloom_bytes = std::uint64_t{*read_at<std::uint32_t>(*head, 8)} * 8;
    const std::uint64_t buckets_at = 16 + bloom_bytes;
    const std::uint64_t chains_at = buckets_at + bucket_count * 4;
    if (bucket_count > kSymbolsMax || first > kSymbolsMax) {
        return fail("has more than " + std::to_string(kSymbolsMax) + " dynamic symbols");
    }
    const auto table = at(dynamic_.gnu_hash, chains_at);
    if (!table) {
        return damaged("its symbol hash table");
    }
    std::uint64_t last = 0;
    for (std::uint64_t i = 0; i < bucket_count; ++i) {
        last = std::max<std::uint64_t>(last, *read_at<std::uint32_t>(*table, buckets_at + i * 4));
    }
    if (last < first) {
        return first;  // nothing is hashed: all symbols are imports
    }
    for (; last < kSymbolsMax; ++last) {
        const auto link = at(dynamic_.gnu_hash + chains_at + (last - first) * 4, 4);
        if (!link) {
            return damaged("its symbol hash table");
        }
        if ((*read_at<std::uint32_t>(*link, 0) & 1u) != 0) {
            return last + 1;
        }
    }
    return last + 1;
}

Status ElfFile::read_symbols() {
    const Result<std::uint64_t> count = symbol_count();
    if (!count) {
        return tl::unexpected<Error>(count.error());
    }
    if (*count > kSymbolsMax) {
        return fail("has more than " + std::to_string(kSymbolsMax) + " dynamic symbols");
    }
    const auto table = at(dynamic_.symbols, *count * sizeof(Elf64_Sym));
    if (!table) {
        return damaged("its symbol table");
    }
    for (std::uint64_t i = 1; i < *count; ++i) {
        const Elf64_Sym symbol = *read_at<Elf64_Sym>(*table, i * sizeof(Elf64_Sym));
        const Result<std::string_view> name = name_at(symbol.st_name);
        if (!name) {
            return tl::unexpected<Error>(name.error());
        }
        symbols_.push_back({*name, symbol.st_value, symbol.st_size,
                            static_cast<std::uint8_t>(ELF64_ST_TYPE(symbol.st_info)),
                            static_cast<std::uint8_t>(ELF64_ST_BIND(symbol.st_info)),
                            symbol.st_shndx != SHN_UNDEF});
    }
    if (Status done = check_relocations(dynamic_.relocations, dynamic_.relocations_bytes); !done) {
        return done;
    }
    return check_relocations(dynamic_.calls, dynamic_.calls_bytes);
}

// Why: a relocation may name any symbol number. One beyond the table that was read would be an
// import that nobody looked at. An oddity and no failure: the hash table of a file that exports
// nothing tells no count, and then the missing export is what its author must hear of.
Status ElfFile::check_relocations(std::uint64_t address, std::uint64_t size_bytes) {
    const auto table = at(address, size_bytes);
    if (size_bytes != 0 && !table) {
        return damaged("a relocation table");
    }
    for (std::uint64_t at_byte = 0; at_byte + sizeof(Elf64_Rela) <= size_bytes;
         at_byte += sizeof(Elf64_Rela)) {
        const Elf64_Rela entry = *read_at<Elf64_Rela>(*table, at_byte);
        if (ELF64_R_SYM(entry.r_info) > symbols_.size()) {
            oddities_.emplace_back(
                "has a relocation against a symbol that is not in its symbol table");
            return {};
        }
    }
    return {};
}

}  // namespace lpc::runtime
