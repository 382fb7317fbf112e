// Deliberately bad files: each is refused for its own reason, in one sentence, and none of its code
// runs. A file whose constructor dies when it is mapped proves the latter: the test would not
// survive.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "conformance/loading_support.hpp"
#include "foundation/file.hpp"
#include "runtime/loading/elf_file.hpp"
#include "runtime/loading/plugin_file.hpp"
#include "runtime/loading/plugin_library.hpp"

using lpc::runtime::PluginLibrary;
using lpc::tests::bad_file;
using lpc::tests::beginning;
using lpc::tests::CacheFixture;

namespace {

bool is_mapped(const std::string& part_of_path) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        if (line.find(part_of_path) != std::string::npos) {
            return true;
        }
    }
    return false;
}

struct Refusal {
    std::string name;  // of the bad file
    std::string why;   // a part of the sentence
};

struct Refusing : CacheFixture {
    std::string refusal_of(const std::filesystem::path& path) {
        const auto image = PluginLibrary::load(path, cache);
        BOOST_REQUIRE_MESSAGE(!image, path << " was taken");
        std::string message = image.error().message;
        BOOST_TEST(message.find("plugin file " + path.string() + ": ") == 0u, message);
        BOOST_TEST(message.find('\n') == std::string::npos, message);
        return message;
    }

    void expect(const std::filesystem::path& path, const std::string& why) {
        const std::string message = refusal_of(path);
        BOOST_TEST(message.find(why) != std::string::npos,
                   path << " was refused with: " << message << "; expected: " << why);
        BOOST_TEST(!is_mapped(cache.folder().string()), path << " was mapped");
    }

    std::filesystem::path file_with(const std::string& name, const std::vector<std::byte>& bytes) {
        lpc::tests::write_file(folder.path() / name, bytes);
        return folder.path() / name;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(loading_refusals, Refusing)

BOOST_AUTO_TEST_CASE(each_bad_file_is_refused_for_its_own_reason_before_its_code_runs) {
    const std::vector<Refusal> refusals = {
        {"no_symbol", "exports no symbol 'lpc_plugin_v0': not a plugin"},
        {"forgot_export",
         "exports no symbol 'lpc_plugin_v0': not a plugin, or its source does not "
         "end with LPC_EXPORT_PLUGIN(Class)"},
        {"wrong_major",
         "speaks major version 1 of the plugin ABI ('lpc_plugin_v1'), this host "
         "speaks 0 ('lpc_plugin_v0')"},
        {"wrong_major_inside", "has abi_major 7, expected 0"},
        {"two_tables", "exports 'lpc_plugin_v1' besides 'lpc_plugin_v0'"},
        {"extra_symbol", "exports 'a_second_export' besides 'lpc_plugin_v0'"},
        {"unique_symbol", "exports 'shared_by_all_versions', which two versions of the plugin"},
        {"table_is_a_function", "'lpc_plugin_v0', but not as a global constant"},
        {"table_too_small", "'lpc_plugin_v0' of 16 bytes, expected at least"},
        {"table_not_in_file", "its bytes are not in the file"},
        {"wants_protobuf", "which is Protobuf"},
        {"wants_zeromq", "which is ZeroMQ"},
        {"wants_boost", "which is Boost"},
        {"wants_zlib", "wants the library 'libz.so.1', which is not one of the libraries"},
        {"executable_stack", "asks for an executable stack"},
        {"own_search_path", "brings its own library search path"},
        {"initialised_first", "wants to be initialised before every other library"},
        {"named_like_libm", "calls itself 'libm.so.6'"},
        {"text_relocation", "has relocations in its code"},
        {"thread_local", "has thread-local storage"},
    };
    for (const Refusal& refusal : refusals) {
        expect(bad_file(refusal.name), refusal.why);
    }
}

BOOST_AUTO_TEST_CASE(each_forbidden_import_is_refused_by_name_and_with_its_reason) {
    const std::vector<Refusal> refusals = {
        {"clock_gettime", "is a clock"},
        {"gettimeofday", "is a clock"},
        {"time", "is a clock"},
        {"_ZNSt6chrono3_V212steady_clock3nowEv", "is a clock"},
        {"rand", "is a source of randomness"},
        {"getrandom", "is a source of randomness"},
        {"_ZNSt13random_device9_M_getvalEv", "is a source of randomness"},
        {"getenv", "looks at the machine or the environment"},
        {"open", "reaches files"},
        {"fopen", "reaches files"},
        {"socket", "reaches the network"},
        {"pthread_create", "starts or waits for threads"},
        {"_ZNSt6thread4joinEv", "starts or waits for threads"},
        {"fork", "starts, ends or signals processes"},
        {"execve", "starts, ends or signals processes"},
        {"system", "starts, ends or signals processes"},
        {"dlopen", "loads or looks up code"},
        {"dlsym", "loads or looks up code"},
        {"mmap", "maps memory on its own"},
    };
    for (const Refusal& refusal : refusals) {
        expect(bad_file("imports_" + refusal.name),
               "imports '" + refusal.name + "', which " + refusal.why);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_shared_object_of_this_machine_is_refused) {
    const std::vector<std::byte> good = lpc::tests::bytes_of(bad_file("loads_first"));
    BOOST_REQUIRE_GT(good.size(), 64u);
    const auto with = [&good](std::size_t at, int value) {
        std::vector<std::byte> bytes = good;
        bytes[at] = static_cast<std::byte>(value);
        return bytes;
    };
    const std::string text = "#!/bin/sh\necho not a plugin\n";
    const auto* const begin = reinterpret_cast<const std::byte*>(text.data());
    expect(file_with("text.so", {begin, begin + text.size()}), "is not an ELF file");
    expect(file_with("cut.so", beginning(good, 40)), "is damaged or cut off");
    expect(file_with("half.so", beginning(good, good.size() / 2)), "is damaged or cut off");
    expect(file_with("narrow.so", with(4, 1)), "is not a 64-bit little-endian ELF file");
    expect(file_with("big_endian.so", with(5, 2)), "is not a 64-bit little-endian ELF file");
    expect(file_with("mips.so", with(18, 8)), "is for ELF machine 8");
    expect(file_with("object.so", with(16, 1)), "is not a shared object (ELF type 1");
    expect("/proc/self/exe", "exports no symbol 'lpc_plugin_v0'");
}

BOOST_AUTO_TEST_CASE(what_is_no_regular_file_of_a_sane_size_is_refused) {
    expect(folder.path() / "missing.so", "cannot be opened: No such file or directory");
    expect(folder.path(), "is a folder");
    expect(file_with("empty.so", {}), "is empty");
    BOOST_REQUIRE(::mkfifo((folder.path() / "pipe.so").c_str(), 0600) == 0);
    expect(folder.path() / "pipe.so", "is not a regular file");
    const std::filesystem::path huge = file_with("huge.so", {std::byte{1}});
    std::filesystem::resize_file(huge, lpc::kPluginFile.bytes_max + 1);
    expect(huge, "has 67108865 bytes, expected a plugin file of at most 67108864");
}

BOOST_AUTO_TEST_CASE(a_bad_table_is_refused_before_create) {
    const std::vector<Refusal> refusals = {
        {"parameter_twice", "lpc_plugin_v0 has params[2].name 'slice_lots' a second time"},
        {"null_create", "lpc_plugin_v0 has create NULL, expected an address"},
        {"saves_without_format", "lpc_plugin_v0 has record_max 64, expected 0"},
    };
    for (const Refusal& refusal : refusals) {
        // Twice: the second time the file is known already, and no better for it.
        for (int time = 0; time < 2; ++time) {
            const std::string message = refusal_of(bad_file(refusal.name));
            BOOST_TEST(message.find(refusal.why) != std::string::npos, message);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_symbol_that_nobody_has_is_named_by_the_dynamic_loaders_own_words) {
    const std::string message = refusal_of(bad_file("unresolved"));
    BOOST_TEST(message.find("cannot be mapped: ") != std::string::npos, message);
    BOOST_TEST(message.find("a_function_that_nobody_has") != std::string::npos, message);
}

// The proof that the tests above would not survive if a file were mapped.
BOOST_AUTO_TEST_CASE(mapping_a_bad_file_kills_the_process) {
    const std::string path = bad_file("imports_clock_gettime").string();
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit no_dump{0, 0};
        ::setrlimit(RLIMIT_CORE, &no_dump);
        for (const int signal : {SIGILL, SIGTRAP, SIGABRT}) {
            ::signal(signal, SIG_DFL);
        }
        ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        ::_exit(0);
    }
    BOOST_REQUIRE(child > 0);
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(!(WIFEXITED(status) && WEXITSTATUS(status) == 0));
}

BOOST_AUTO_TEST_SUITE_END()
