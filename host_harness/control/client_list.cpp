#include "control/client_list.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "foundation/text_file.hpp"
#include "sockets/curve_keys.hpp"

namespace lpc::control {

ClientList::Stamp ClientList::stamp_of(const std::string& path) {
    struct stat state {};
    if (::stat(path.c_str(), &state) != 0) return {};
    const auto ns = [](const timespec& time) {
        return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
    };
    return {static_cast<std::uint64_t>(state.st_dev), static_cast<std::uint64_t>(state.st_ino),
            static_cast<std::uint64_t>(state.st_size), ns(state.st_mtim), ns(state.st_ctim)};
}

std::optional<std::string> ClientList::take_line(std::size_t number,
                                                 const std::vector<std::string>& words) {
    const std::string where = path_ + ": line " + std::to_string(number) + ": ";
    if (words.size() != 3)
        return where + "found " + std::to_string(words.size()) +
               " words, expected three: ROLE NAME KEY";
    const auto role = role_named(words[0]);
    if (!role)
        return where + "found the role '" + words[0] + "', expected viewer, operator or approver";
    if (words[1].size() > kNameBytesMax)
        return where + "found a name of " + std::to_string(words[1].size()) +
               " bytes, expected at most " + std::to_string(kNameBytesMax);
    if (!sockets::is_curve_key(words[2]))
        return where + "found the key '" + words[2] + "', expected a CURVE public key (Z85)";
    if (by_key_.size() == kClientsMax)
        return where + "found one client more than " + std::to_string(kClientsMax);
    const bool name_taken = std::any_of(by_key_.begin(), by_key_.end(), [&](const auto& client) {
        return client.second.name == words[1];
    });
    if (name_taken) return where + "found the name '" + words[1] + "' twice, expected it once";
    if (!by_key_.emplace(words[2], Caller{words[1], words[2], *role}).second)
        return where + "found the key of '" + by_key_.at(words[2]).name +
               "' again, expected one line for each key";
    return std::nullopt;
}

std::vector<std::string> ClientList::read() {
    // Why before reading: a change in between is then seen the next time.
    stamp_ = stamp_of(path_);
    by_key_.clear();
    const auto text = read_text_file(path_);
    if (!text) return {text.error().message};
    std::vector<std::string> wrong;
    for (const Line& line : lines_of(*text)) {
        if (auto sentence = take_line(line.number, line.words))
            wrong.push_back(std::move(*sentence));
    }
    return wrong;
}

Result<ClientList> ClientList::open(const std::string& path) {
    ClientList list(path);
    const std::vector<std::string> wrong = list.read();
    if (!wrong.empty()) return fail(wrong.front());
    return list;
}

ClientList::Change ClientList::refresh() {
    if (stamp_of(path_) == stamp_) return {};
    const std::map<std::string, Caller> before = by_key_;
    Change change;
    change.wrong = read();
    change.removed = std::any_of(before.begin(), before.end(), [&](const auto& client) {
        return by_key_.count(client.first) == 0;
    });
    return change;
}

std::optional<Caller> ClientList::find(const std::string& key) const {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    return found->second;
}

}  // namespace lpc::control
