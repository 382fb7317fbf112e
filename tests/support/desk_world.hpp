// Accounts of liquidity providers with figures that a test sets, and lots as a runtime calls them.
// One thread.
#pragma once

#include <lpc/plugin.h>

#include <bidding/desk.hpp>
#include <cstdint>
#include <map>

namespace lpc::tests {

struct FlatAccounts final : bidding::Accounts {
    std::map<std::uint64_t, std::int64_t> free;  // 0 where nothing is set
    std::map<std::uint64_t, std::uint64_t> groups;

    std::int64_t free_margin(std::uint64_t account) const override {
        const auto it = free.find(account);
        return it == free.end() ? 0 : it->second;
    }
    // A tenth of the notional, rounded up.
    std::int64_t initial_requirement(std::uint32_t, std::int64_t lots,
                                     std::int64_t price) const override {
        return (lots * price + 9) / 10;
    }
    std::int64_t notional(std::uint32_t, std::int64_t lots, std::int64_t price) const override {
        return lots * price;
    }
    std::uint64_t group(std::uint64_t account) const override {
        const auto it = groups.find(account);
        return it == groups.end() ? 0 : it->second;
    }
};

inline runtime::LotNotice lot_of(std::uint64_t id, std::uint8_t type, std::int64_t lots,
                                 std::int64_t price, std::int64_t close_ns) {
    runtime::LotNotice notice;
    notice.lot = id;
    notice.account = 1'000 + id;
    notice.instrument = 1;
    notice.type = type;
    notice.state = LPC_LOT_OPEN;
    notice.lots = lots;
    notice.price = price;
    notice.close_ns = close_ns;
    return notice;
}

}  // namespace lpc::tests
