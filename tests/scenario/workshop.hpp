// A folder of a test's own in which the lpc binary is started as a user starts it; removed at the
// end. The plugin cache lies in it too. One thread.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <foundation/temporary_folder.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scenario/small_scenario.hpp"

namespace lpc::tests {

struct Outcome {
    int code = -1;  // 128 + N: killed by signal N
    std::string out, err;
};

class Workshop {
  public:
    Workshop() { ::setenv("XDG_CACHE_HOME", path("cache").c_str(), 1); }
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;

    std::string path(const std::string& name) const { return folder_.path(name); }
    bool has(const std::string& name) const { return std::filesystem::exists(path(name)); }
    std::string write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
        std::ofstream file(path(name), std::ios::binary);
        file << text;
        must(static_cast<bool>(file.flush()), name + " cannot be written");
        return path(name);
    }

    Outcome lpc(std::vector<std::string> args) const {
        args.insert(args.begin(), LPC_BINARY_DIR "/bin/lpc");
        return start(args);
    }
    // The same beside another one: `name` tells their outputs apart.
    Outcome beside(const std::string& name, std::vector<std::string> args) const {
        args.insert(args.begin(), LPC_BINARY_DIR "/bin/lpc");
        return start(args, name);
    }
    // The same where no file may grow beyond so many bytes, as on a disk that is full.
    Outcome lpc_on_full_disk(std::size_t file_kib, const std::vector<std::string>& args) const {
        return shell("ulimit -f " + std::to_string(file_kib * 2) + "; exec " + line_of(args));
    }
    // A command line for shell().
    static std::string line_of(const std::vector<std::string>& args) {
        std::string line = "'" LPC_BINARY_DIR "/bin/lpc'";
        for (const std::string& arg : args) line += " '" + arg + "'";
        return line;
    }
    Outcome shell(const std::string& line, const std::string& name = "std") const {
        return start({"/bin/sh", "-c", line}, name);
    }
    // Runs the scenario into NAME/, on these market prices if it wants some, and expects it to end
    // well; the report.
    nlohmann::json run(const ScenarioText& scenario, const std::string& name,
                       const std::string& data = "") const {
        const std::string file = write(name + ".toml", scenario.text());
        std::vector<std::string> args{"run", file, "--out", path(name), "--json"};
        if (!data.empty()) args.insert(args.end(), {"--data", data});
        const Outcome run = lpc(args);
        BOOST_REQUIRE_MESSAGE(run.code == 0, run.out << run.err);
        return nlohmann::json::parse(run.out);
    }

  private:
    Outcome start(std::vector<std::string> args, const std::string& name = "std") const {
        std::vector<char*> argv;
        for (std::string& arg : args) argv.push_back(arg.data());
        argv.push_back(nullptr);
        const std::string out = path(name + "out"), err = path(name + "err");
        posix_spawn_file_actions_t files;
        posix_spawn_file_actions_init(&files);
        constexpr int kAnew = O_WRONLY | O_CREAT | O_TRUNC;
        posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&files, 1, out.c_str(), kAnew, 0600);
        posix_spawn_file_actions_addopen(&files, 2, err.c_str(), kAnew, 0600);
        pid_t child = 0;
        const int failed = ::posix_spawn(&child, argv[0], &files, nullptr, argv.data(), environ);
        posix_spawn_file_actions_destroy(&files);
        must(failed == 0, args[0] + " cannot be started");
        int status = 0;
        must(::waitpid(child, &status, 0) == child, args[0] + " was not waited for");
        return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), text_of_file(out),
                text_of_file(err)};
    }

    TemporaryFolder folder_ = TemporaryFolder::make().value();
};

}  // namespace lpc::tests
