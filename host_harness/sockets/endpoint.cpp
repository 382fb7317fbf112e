#include "sockets/endpoint.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

namespace lpc::sockets {
namespace {

constexpr const char* kIpc = "ipc://";

bool somebody_listens(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return false;
    const bool connected =
        ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return connected;
}

}  // namespace

std::string ipc_path(const std::string& endpoint) {
    return endpoint.starts_with(kIpc) ? endpoint.substr(std::strlen(kIpc)) : std::string();
}

Status judge_endpoint(const std::string& endpoint, Protection protection) {
    const std::string where = "endpoint '" + endpoint + "': ";
    const std::string path = ipc_path(endpoint);
    if (path.empty() && !endpoint.starts_with("tcp://"))
        return fail(where + "expected ipc://PATH or tcp://ADDRESS:PORT");
    // Why: such a name lies in no folder, and no permission guards it.
    if (path.starts_with('@')) return fail(where + "expected the path of a file");
    if (path.size() >= sizeof(sockaddr_un::sun_path))
        return fail(where + "found a path of " + std::to_string(path.size()) +
                    " bytes, expected fewer than " + std::to_string(sizeof(sockaddr_un::sun_path)));
    if (protection.curve) return {};
    if (path.empty()) return fail(where + "found no keys, expected keys (CURVE) for tcp://");
    if (!protection.allow_plaintext_ipc)
        return fail(where +
                    "found no keys, expected keys (CURVE) or a configuration that allows "
                    "plaintext over ipc://");
    return {};
}

Status judge_ipc_place(const std::string& path) {
    struct stat state {};
    if (::lstat(path.c_str(), &state) != 0) return {};
    if (!S_ISSOCK(state.st_mode))
        return fail("endpoint ipc://" + path +
                    ": a file that is no socket lies there, expected a free path");
    if (somebody_listens(path))
        return fail("endpoint ipc://" + path +
                    ": another process listens there, expected a free path");
    return {};
}

}  // namespace lpc::sockets
