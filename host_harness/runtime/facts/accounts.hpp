// The facts of each account as they are now, kept as the records that were told, so that any of
// them can be told again. Engine thread only. Accounts keep the order in which they were first
// seen.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace lpc::runtime {

class AccountFacts {
  public:
    AccountFacts() = default;
    explicit AccountFacts(std::uint64_t id) : id_(id) {}

    std::uint64_t id() const { return id_; }
    // Stores the fact if it says something new; false: it was so already.
    bool tell(const lpc_fact& fact);
    // `part` is a bid's id, else 0.
    const lpc_fact* find(std::uint16_t kind, std::uint32_t instrument,
                         std::uint64_t part = 0) const;
    // All facts of one kind, in the order of their instruments and parts.
    std::span<const lpc_fact> of_kind(std::uint16_t kind) const;
    // Everything, in the order of (kind, instrument, part).
    std::span<const lpc_fact> all() const { return facts_; }
    void forget(std::uint16_t kind, std::uint32_t instrument);  // all parts
    void forget_kind(std::uint16_t kind);

    template <class Archive>
    void archive(Archive& a) {
        a(id_, facts_);
    }

  private:
    std::uint64_t id_ = 0;
    std::vector<lpc_fact> facts_;  // sorted by (kind, instrument, part)
};

class Accounts {
  public:
    AccountFacts& open(std::uint64_t id);
    AccountFacts* find(std::uint64_t id);
    const AccountFacts* find(std::uint64_t id) const;
    // The account's place in all(), which it keeps; it must be there.
    std::size_t index_of(std::uint64_t id) const { return index_.at(id); }
    const std::vector<AccountFacts>& all() const { return accounts_; }
    std::vector<AccountFacts>& all() { return accounts_; }

    template <class Archive>
    void archive(Archive& a) {
        a(accounts_);
        if constexpr (Archive::loads) {
            index_.clear();
            for (const AccountFacts& account : accounts_)
                index_.emplace(account.id(), index_.size());
            a.check(index_.size() == accounts_.size());
        }
    }

  private:
    std::unordered_map<std::uint64_t, std::size_t> index_;
    std::vector<AccountFacts> accounts_;
};

}  // namespace lpc::runtime
