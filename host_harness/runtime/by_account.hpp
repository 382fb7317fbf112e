// The few entries that each account has of something, found with one look: kept in rising order, so
// that whoever goes through them does so in the same order everywhere. One thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

namespace lpc::runtime {

template <class Entry>
class ByAccount {
  public:
    std::span<const Entry> of(std::uint64_t account) const {
        const auto it = entries_.find(account);
        return it == entries_.end() ? std::span<const Entry>{} : std::span<const Entry>(it->second);
    }
    // An equal one that is there already stays.
    void add(std::uint64_t account, const Entry& entry) {
        std::vector<Entry>& rising = entries_[account];
        const auto it = std::lower_bound(rising.begin(), rising.end(), entry);
        if (it == rising.end() || entry < *it) rising.insert(it, entry);
    }
    void remove(std::uint64_t account, const Entry& entry) {
        const auto it = entries_.find(account);
        if (it == entries_.end()) return;
        std::vector<Entry>& rising = it->second;
        const auto at = std::lower_bound(rising.begin(), rising.end(), entry);
        if (at != rising.end() && !(entry < *at)) rising.erase(at);
        if (rising.empty()) entries_.erase(it);
    }
    void forget(std::uint64_t account) { entries_.erase(account); }
    void clear() { entries_.clear(); }

    // By account, rising: the same bytes whatever came first.
    template <class Archive>
    void archive(Archive& a) {
        std::map<std::uint64_t, std::vector<Entry>> rising(entries_.begin(), entries_.end());
        a(rising);
        if constexpr (Archive::loads) entries_ = {rising.begin(), rising.end()};
    }

  private:
    std::unordered_map<std::uint64_t, std::vector<Entry>> entries_;
};

}  // namespace lpc::runtime
