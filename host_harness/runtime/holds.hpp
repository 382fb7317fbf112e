// What an operator holds by hand: an account, an instrument, or everything. Held close-outs keep
// their stage and give no new orders; what works already goes on, facts are told, and whoever is
// healthy again is released. Engine thread only.
#pragma once

#include <cstdint>
#include <set>

namespace lpc::runtime {

struct Holds {
    std::uint32_t generation = 1;  // one more with each change
    bool everything = false;
    std::set<std::uint64_t> accounts;
    std::set<std::uint32_t> instruments;

    template <class Archive>
    void archive(Archive& a) {
        a(generation, everything, accounts, instruments);
    }

    bool covers(std::uint64_t account, std::uint32_t instrument) const {
        return everything || accounts.count(account) != 0 || instruments.count(instrument) != 0;
    }
};

}  // namespace lpc::runtime
