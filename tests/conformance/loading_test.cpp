// Loading plugin files: what a good one gives, what the copies are worth, and what stays untouched.
#include <lpc/plugin.h>
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <cfenv>
#include <filesystem>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "conformance/loading_support.hpp"
#include "runtime/loading/plugin_library.hpp"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

using lpc::runtime::PluginCache;
using lpc::runtime::PluginLibrary;
using lpc::tests::bad_file;
using lpc::tests::CacheFixture;

namespace {

std::uint64_t floating_point_control() {
#if defined(__x86_64__)
    return _mm_getcsr();
#else
    std::uint64_t control = 0;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    return control;
#endif
}

void spoil(const std::filesystem::path& path, std::size_t at) {
    std::vector<std::byte> bytes = lpc::tests::bytes_of(path);
    BOOST_REQUIRE_LT(at, bytes.size());
    bytes[at] ^= std::byte{1};
    std::filesystem::remove(path);
    lpc::tests::write_file(path, bytes);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(loading, CacheFixture)

BOOST_AUTO_TEST_CASE(a_good_plugin_loads_and_turns) {
    const auto image = PluginLibrary::load(bad_file("loads_first"), cache);
    BOOST_REQUIRE_MESSAGE(image, image.error().message);
    BOOST_TEST((*image)->id == "org.example.least");
    BOOST_TEST((*image)->version == "1.0.0");
    BOOST_TEST((*image)->build == "first");
    BOOST_TEST((*image)->role == static_cast<std::uint32_t>(LPC_ROLE_LIQUIDATOR));
    BOOST_TEST((*image)->path == bad_file("loads_first"));
    const lpc_plugin& table = *(*image)->table;
    lpc_instance* const self = table.create(nullptr, nullptr, 0);
    BOOST_REQUIRE(self != nullptr);
    BOOST_TEST(table.on_turn(self, nullptr, nullptr) == LPC_OK);
    table.destroy(self);
}

BOOST_AUTO_TEST_CASE(a_plugin_with_a_templates_static_loads_when_built_by_lpc_add_plugin) {
    const auto image = PluginLibrary::load(bad_file("loads_template"), cache);
    BOOST_REQUIRE_MESSAGE(image, image.error().message);
    const lpc_turn turn{3, 0, 0, 0};
    BOOST_TEST((*image)->table->on_turn(nullptr, &turn, nullptr) == LPC_OK);
}

BOOST_AUTO_TEST_CASE(the_shipped_plugins_and_the_examples_load) {
    std::istringstream paths(LPC_SHIPPED);
    std::size_t loaded = 0;
    for (std::string path; std::getline(paths, path, ':'); ++loaded) {
        const auto image = PluginLibrary::load(path, cache);
        BOOST_TEST(image.has_value(), (image ? path : image.error().message));
    }
    BOOST_TEST(loaded == 5u);
}

BOOST_AUTO_TEST_CASE(the_same_content_gives_the_same_image_from_any_path_and_cache) {
    const auto first = PluginLibrary::load(bad_file("loads_first"), cache);
    std::filesystem::copy_file(bad_file("loads_first"), folder.path() / "renamed.so");
    const auto other = PluginCache::open(folder.path() / "other");
    BOOST_REQUIRE(first && other);
    const auto second = PluginLibrary::load(folder.path() / "renamed.so", *other);
    BOOST_REQUIRE(second);
    BOOST_TEST(first->get() == second->get());
}

BOOST_AUTO_TEST_CASE(a_file_replaced_at_its_path_loads_anew_and_the_old_image_stays_valid) {
    const std::filesystem::path path = folder.path() / "policy.so";
    std::filesystem::copy_file(bad_file("loads_first"), path);
    const auto before = PluginLibrary::load(path, cache);
    BOOST_REQUIRE(before);
    // Overwritten in place, the worst way to do it: the old content must not be mapped from here.
    lpc::tests::write_file(path, lpc::tests::bytes_of(bad_file("loads_second")));
    const auto after = PluginLibrary::load(path, cache);
    BOOST_REQUIRE(after);
    BOOST_TEST(std::string((*before)->table->build) == "first");
    BOOST_TEST(std::string((*after)->table->build) == "second");
    BOOST_TEST((*before)->table != (*after)->table);
    BOOST_TEST((*before)->sha256 != (*after)->sha256);
}

BOOST_AUTO_TEST_CASE(the_copy_is_named_by_its_content_and_nothing_else_is_left) {
    const auto kept = cache.keep(bad_file("loads_first"));
    BOOST_REQUIRE(kept);
    BOOST_TEST(kept->path == cache.folder() / (kept->sha256 + ".so"));
    BOOST_TEST(kept->sha256.size() == 64u);
    BOOST_TEST((lpc::tests::bytes_of(kept->path) == lpc::tests::bytes_of(bad_file("loads_first"))));
    const std::filesystem::directory_iterator files(cache.folder());
    BOOST_TEST(std::distance(begin(files), end(files)) == 1);
}

BOOST_AUTO_TEST_CASE(the_hash_is_sha256) {
    const auto* const text = reinterpret_cast<const std::byte*>("abc");
    lpc::tests::write_file(folder.path() / "abc", {text, text + 3});
    const auto kept = cache.keep(folder.path() / "abc");
    BOOST_REQUIRE(kept);
    // The known answer of FIPS 180-2, appendix B.1.
    BOOST_TEST(kept->sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

BOOST_AUTO_TEST_CASE(an_intact_copy_is_used_again_and_a_damaged_one_is_replaced) {
    const auto first = cache.keep(bad_file("loads_first"));
    BOOST_REQUIRE(first);
    const auto written = std::filesystem::last_write_time(first->path);
    struct stat before {};
    struct stat after {};
    BOOST_REQUIRE(::stat(first->path.c_str(), &before) == 0);
    BOOST_REQUIRE(cache.keep(bad_file("loads_first")));
    BOOST_REQUIRE(::stat(first->path.c_str(), &after) == 0);
    BOOST_TEST(before.st_ino == after.st_ino);
    BOOST_TEST((written == std::filesystem::last_write_time(first->path)));

    spoil(first->path, 100);
    const auto mended = cache.keep(bad_file("loads_first"));
    BOOST_REQUIRE(mended);
    BOOST_TEST((lpc::tests::bytes_of(mended->path) == mended->bytes));
}

BOOST_AUTO_TEST_CASE(many_threads_may_load_the_same_file_at_once) {
    constexpr std::size_t kThreads = 8;
    std::vector<const lpc_plugin*> tables(kThreads, nullptr);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
        threads.emplace_back([this, &tables, i] {
            const auto image = PluginLibrary::load(bad_file("loads_second"), cache);
            tables[i] = image ? (*image)->table : nullptr;
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (const lpc_plugin* const table : tables) {
        BOOST_TEST(table != nullptr);
        BOOST_TEST(table == tables[0]);
    }
}

BOOST_AUTO_TEST_CASE(a_constructor_cannot_change_the_floating_point_state_of_its_loader) {
    BOOST_REQUIRE(std::fesetround(FE_DOWNWARD) == 0);
    const std::uint64_t before = floating_point_control();
    const auto image = PluginLibrary::load(bad_file("flips_flush_to_zero"), cache);
    const std::uint64_t after = floating_point_control();
    std::fesetround(FE_TONEAREST);
    BOOST_REQUIRE_MESSAGE(image, image.error().message);
    BOOST_TEST(before == after);
}

BOOST_AUTO_TEST_CASE(a_cache_that_everybody_may_write_to_is_refused) {
    const std::filesystem::path open_folder = folder.path() / "open";
    std::filesystem::create_directory(open_folder);
    std::filesystem::permissions(open_folder, std::filesystem::perms::all);
    const auto refused = PluginCache::open(open_folder);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(refused.error().message.find("everybody may write") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_cache_that_cannot_be_made_is_an_error_that_names_it) {
    const auto refused = PluginCache::open(bad_file("loads_first") / "below_a_file");
    BOOST_REQUIRE(!refused);
    BOOST_TEST(refused.error().message.find("below_a_file") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
