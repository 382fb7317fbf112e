#include "foundation/text_file.hpp"

#include <algorithm>
#include <sstream>

#include "foundation/file.hpp"

namespace lpc {
namespace {

constexpr std::uint64_t kTextFileBytesMax = 256 * 1024;

}  // namespace

Result<std::string> read_text_file(const std::string& path, bool secret) {
    auto text = read_whole(path, {"a text file", kTextFileBytesMax, secret});
    if (!text) return fail_in(path, text.error());
    return text;
}

Status write_new_text_file(const std::string& path, const std::string& text, mode_t mode) {
    if (Status done = write_new(path, text, mode); !done) return fail_in(path, done.error());
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

}  // namespace lpc
