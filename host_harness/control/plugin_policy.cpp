#include "control/plugin_policy.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "control/signing.hpp"

namespace lpc::control {
namespace {

namespace fs = std::filesystem;

std::string listed(const std::vector<std::string>& folders) {
    std::string text;
    for (const std::string& folder : folders) text += (text.empty() ? "" : ", ") + folder;
    return text.empty() ? "none" : text;
}

// A bare name: the first of the folders that has it; else the path as it stands.
fs::path found_place(const PluginPolicy& policy, const std::string& path) {
    const fs::path named = path;
    if (named.has_parent_path()) return named;
    for (const std::string& folder : policy.folders) {
        std::error_code ignored;
        if (fs::exists(fs::path(folder) / named, ignored)) return fs::path(folder) / named;
    }
    return named;
}

bool lies_in(const fs::path& file, const fs::path& folder) {
    const auto differs = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
    return differs.first == folder.end() && differs.second != file.end();
}

bool lies_in_one(const fs::path& file, const std::vector<std::string>& folders) {
    return std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) {
        std::error_code error;
        const fs::path place = fs::canonical(folder, error);
        return !error && lies_in(file, place);
    });
}

}  // namespace

Result<JudgedFile> judge(const PluginPolicy& policy, const std::string& path) {
    std::error_code error;
    const fs::path file = fs::canonical(found_place(policy, path), error);
    if (error)
        return fail(path + ": no such file here or in the plugin folders (" +
                    listed(policy.folders) + "): " + error.message());
    if (!lies_in_one(file, policy.folders))
        return fail(path + ": lies at " + file.string() + ", expected a file in a plugin folder (" +
                    listed(policy.folders) + ")");
    const auto sha256 = sha256_of_file(file.string());
    if (!sha256) return tl::unexpected(sha256.error());
    JudgedFile judged{file.string(), *sha256, {}};
    if (!policy.require_signature) return judged;
    const auto signer = verify_signature(judged.path, judged.sha256, policy.signing_keys);
    if (!signer) return tl::unexpected(signer.error());
    judged.signer = *signer;
    return judged;
}

}  // namespace lpc::control
