// Reading hostile bytes as an ELF file: never a crash (run under the address sanitizer to see reads
// out of bounds).
#include <elf.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "conformance/loading_support.hpp"
#include "runtime/loading/elf_file.hpp"
#include "runtime/loading/import_rules.hpp"
#include "runtime/loading/plugin_file.hpp"

using lpc::runtime::ElfFile;
using lpc::runtime::import_refusal;
using lpc::runtime::in_quotes;
using lpc::runtime::judge_file;
using lpc::tests::beginning;

namespace {

bool is_taken(std::vector<std::byte> bytes) {
    // A fresh allocation of exactly this size, so that the sanitizer sees the first byte beyond it.
    bytes.shrink_to_fit();
    const auto file = ElfFile::parse(std::move(bytes));
    return file && judge_file(*file);
}

std::ptrdiff_t count_defined(const ElfFile& file) {
    return std::count_if(file.symbols().begin(), file.symbols().end(),
                         [](const lpc::runtime::ElfSymbol& symbol) { return symbol.defined; });
}

// xorshift64*: ours, integers only.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t below(std::uint64_t bound) {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return (state_ * 2685821657736338717u >> 16) % bound;
    }

  private:
    std::uint64_t state_;
};

struct GoodBytes {
    std::vector<std::byte> good = lpc::tests::bytes_of(lpc::tests::bad_file("sound"));
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(elf_file, GoodBytes)

BOOST_AUTO_TEST_CASE(a_good_file_is_read_whole) {
    const auto file = ElfFile::parse(good);
    BOOST_REQUIRE(file);
    BOOST_TEST(judge_file(*file).has_value());
    BOOST_TEST(count_defined(*file) == 1);
    BOOST_TEST(file->soname().empty());
}

BOOST_AUTO_TEST_CASE(no_symbol_is_overlooked_in_either_kind_of_hash_table) {
    for (const char* const name : {"many_symbols_gnu", "many_symbols_sysv"}) {
        const auto file = ElfFile::parse(lpc::tests::bytes_of(lpc::tests::bad_file(name)));
        BOOST_REQUIRE_MESSAGE(file, name);
        BOOST_TEST(count_defined(*file) == 65, name);
        BOOST_TEST(!judge_file(*file), name);
    }
}

BOOST_AUTO_TEST_CASE(a_relocation_against_a_symbol_that_nobody_looked_at_is_refused) {
    Elf64_Ehdr header;
    std::memcpy(&header, good.data(), sizeof header);
    for (std::size_t i = 0; i < header.e_shnum; ++i) {
        Elf64_Shdr section;
        std::memcpy(&section, good.data() + header.e_shoff + i * sizeof section, sizeof section);
        if (section.sh_type == SHT_RELA) {
            const std::uint32_t beyond = 100;
            std::memcpy(good.data() + section.sh_offset + offsetof(Elf64_Rela, r_info) + 4, &beyond,
                        sizeof beyond);
        }
    }
    const auto file = ElfFile::parse(good);
    BOOST_REQUIRE(file);
    const auto judged = judge_file(*file);
    BOOST_REQUIRE(!judged);
    BOOST_TEST(judged.error().message ==
               "has a relocation against a symbol that is not in its symbol table");
}

BOOST_AUTO_TEST_CASE(a_table_that_claims_more_than_its_symbol_holds_is_refused) {
    const auto before = ElfFile::parse(good);
    BOOST_REQUIRE(before);
    const auto table = std::find_if(before->symbols().begin(), before->symbols().end(),
                                    [](const auto& symbol) { return symbol.defined; });
    BOOST_REQUIRE((table != before->symbols().end()));
    const auto start_of_file = before->at(0, 1);
    const auto start_of_table = before->at(table->address, table->size_bytes);
    BOOST_REQUIRE((start_of_file && start_of_table));
    const std::uint32_t claimed = static_cast<std::uint32_t>(table->size_bytes) + 8;
    std::memcpy(good.data() + (start_of_table->data() - start_of_file->data()), &claimed,
                sizeof claimed);
    const auto after = ElfFile::parse(good);
    BOOST_REQUIRE(after);
    const auto judged = judge_file(*after);
    BOOST_REQUIRE(!judged);
    BOOST_TEST(judged.error().message == "has lpc_plugin_v0.struct_size " +
                                             std::to_string(claimed) + ", but the symbol has " +
                                             std::to_string(table->size_bytes) + " bytes");
}

BOOST_AUTO_TEST_CASE(a_file_cut_off_anywhere_is_refused) {
    for (std::size_t size = 0; size < good.size(); ++size) {
        BOOST_REQUIRE_MESSAGE(!is_taken(beginning(good, size)), "taken after " << size << " bytes");
    }
    BOOST_TEST(is_taken(good));
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_anywhere_never_crashes_the_reader) {
    std::vector<std::byte> bytes = good;
    std::size_t refused = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (const int bit : {0, 7}) {
            bytes[at] ^= static_cast<std::byte>(1 << bit);
            refused += is_taken(bytes) ? 0u : 1u;
            bytes[at] ^= static_cast<std::byte>(1 << bit);
        }
    }
    BOOST_TEST(refused > 100u);
}

// Flipped bits seldom make a plausible table; wild numbers in the words of the headers and of the
// dynamic section do.
BOOST_AUTO_TEST_CASE(wild_numbers_in_the_headers_never_crash_the_reader) {
    const std::uint64_t seed = 20250203;
    Random random(seed);
    BOOST_TEST_MESSAGE("seed " << seed);
    Elf64_Ehdr header;
    std::memcpy(&header, good.data(), sizeof header);
    std::vector<std::pair<std::size_t, std::size_t>> places = {
        {0, sizeof header}, {header.e_phoff, header.e_phnum * sizeof(Elf64_Phdr)}};
    for (std::size_t i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment;
        std::memcpy(&segment, good.data() + header.e_phoff + i * sizeof segment, sizeof segment);
        if (segment.p_type == PT_DYNAMIC || segment.p_type == PT_LOAD) {
            places.emplace_back(segment.p_offset, std::min<std::size_t>(segment.p_filesz, 4096));
        }
    }
    const std::vector<std::uint64_t> wild = {
        0, 1, 8, 4096, good.size(), UINT32_MAX, UINT64_MAX, UINT64_MAX - 7, 1u << 31, INT64_MAX};
    for (int round = 0; round < 20000; ++round) {
        std::vector<std::byte> bytes = good;
        for (std::uint64_t changes = 1 + random.below(3); changes > 0; --changes) {
            const auto& place = places[random.below(places.size())];
            const std::size_t width = random.below(2) == 0 ? 4 : 8;
            const std::size_t at = place.first + random.below(place.second / width) * width;
            const std::uint64_t value =
                random.below(4) == 0 ? random.below(UINT64_MAX) : wild[random.below(wild.size())];
            BOOST_REQUIRE_LE(at + width, bytes.size());
            std::memcpy(bytes.data() + at, &value, width);
        }
        static_cast<void>(is_taken(std::move(bytes)));
    }
}

BOOST_AUTO_TEST_CASE(noise_is_refused) {
    Random random(7);
    for (int round = 0; round < 2000; ++round) {
        std::vector<std::byte> bytes(random.below(2000));
        for (std::byte& byte : bytes) {
            byte = static_cast<std::byte>(random.below(256));
        }
        if (bytes.size() > 20) {
            std::memcpy(bytes.data(), good.data(), 20);  // a plausible beginning
        }
        BOOST_TEST(!is_taken(bytes));
    }
}

BOOST_AUTO_TEST_CASE(only_whole_names_are_forbidden_imports) {
    BOOST_TEST(import_refusal("malloc").empty());
    BOOST_TEST(import_refusal("memcpy").empty());
    BOOST_TEST(import_refusal("__assert_fail").empty());
    BOOST_TEST(import_refusal("_Znwm").empty());
    BOOST_TEST(import_refusal("").empty());
    BOOST_TEST(import_refusal(" ").empty());
    BOOST_TEST(import_refusal("tim").empty());
    BOOST_TEST(import_refusal("ime").empty());
    BOOST_TEST(import_refusal("timer").empty());
    BOOST_TEST(import_refusal(" time").empty());
    BOOST_TEST(import_refusal("adjtimex ").empty());
    BOOST_TEST(!import_refusal("time").empty());
    BOOST_TEST(!import_refusal("adjtimex").empty());
    BOOST_TEST(!import_refusal("_ZNSt10filesystem6removeERKNS_7__cxx114pathE").empty());
}

BOOST_AUTO_TEST_CASE(foreign_text_is_shown_bounded_and_printable) {
    BOOST_TEST(in_quotes("a\nb\x1b[31m\xff") == "'a?b?[31m?'");
    BOOST_TEST(in_quotes(std::string(1000, 'x')).size() < 130u);
}

BOOST_AUTO_TEST_SUITE_END()
