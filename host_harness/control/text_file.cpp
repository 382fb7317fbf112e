#include "control/text_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <sstream>
#include <system_error>

namespace lpc::control {
namespace {

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }

  private:
    int fd_;
};

std::string last_error() {
    return std::generic_category().message(errno);
}

Status judge_kind(const std::string& path, const struct stat& state, bool secret) {
    if (!S_ISREG(state.st_mode)) return fail(path + ": is no regular file, expected a text file");
    if (static_cast<std::size_t>(state.st_size) > kTextFileBytesMax)
        return fail(path + ": found " + std::to_string(state.st_size) +
                    " bytes, expected at most " + std::to_string(kTextFileBytesMax));
    if (secret && (state.st_mode & 077) != 0) {
        std::array<char, 8> mode{};
        std::snprintf(mode.data(), mode.size(), "%04o", state.st_mode & 07777u);
        return fail(path + ": holds a secret key and has mode " + mode.data() +
                    ", expected 0600: nobody but its owner may read it");
    }
    return {};
}

}  // namespace

Result<std::string> read_text_file(const std::string& path, bool secret) {
    // Why not blocking: opening a named pipe would wait for its writer.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0) return fail(path + ": cannot be opened: " + last_error());
    struct stat state {};
    if (::fstat(file.get(), &state) != 0) return fail(path + ": " + last_error());
    if (const Status kind = judge_kind(path, state, secret); !kind)
        return tl::unexpected(kind.error());
    std::string text(kTextFileBytesMax + 1, '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t got = ::read(file.get(), text.data() + done, text.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(path + ": cannot be read: " + last_error());
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    if (done > kTextFileBytesMax) return fail(path + ": grew while it was read");
    text.resize(done);
    return text;
}

Status write_new_text_file(const std::string& path, const std::string& text, mode_t mode) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    const Descriptor file(fd);
    if (fd < 0 && errno == EEXIST)
        return fail(path + ": is there already, expected a new file: keys are never replaced");
    if (fd < 0) return fail(path + ": cannot be made: " + last_error());
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t put = ::write(fd, text.data() + done, text.size() - done);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) {
            const std::string why = last_error();
            ::unlink(path.c_str());
            return fail(path + ": cannot be written: " + why);
        }
        done += static_cast<std::size_t>(put);
    }
    return {};
}

std::vector<Line> lines_of(const std::string& text) {
    std::vector<Line> lines;
    std::istringstream stream(text);
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        std::istringstream words(line);
        Line found{number, {}};
        for (std::string word; words >> word;) found.words.push_back(word);
        if (!found.words.empty() && found.words.front().front() != '#')
            lines.push_back(std::move(found));
    }
    return lines;
}

Result<std::map<std::string, std::string>> read_fields(const std::string& path,
                                                       const std::string& text,
                                                       const std::vector<std::string>& needed,
                                                       const std::vector<std::string>& optional) {
    std::map<std::string, std::string> fields;
    const auto is_in = [](const std::vector<std::string>& names, const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    for (const Line& line : lines_of(text)) {
        const std::string where = path + ": line " + std::to_string(line.number) + ": ";
        const std::string& name = line.words.front();
        if (line.words.size() != 2)
            return fail(where + "found " + std::to_string(line.words.size()) +
                        " words, expected two: a name and its value");
        if (!is_in(needed, name) && !is_in(optional, name))
            return fail(where + "found the unknown name '" + name + "'");
        if (!fields.emplace(name, line.words.back()).second)
            return fail(where + "found '" + name + "' twice, expected it once");
    }
    for (const std::string& name : needed) {
        if (fields.count(name) == 0) return fail(path + ": found no line '" + name + " ...'");
    }
    return fields;
}

}  // namespace lpc::control
