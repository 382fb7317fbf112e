// The limit of every amount in the ledger, and the sentences in which it refuses. Private to this
// room. Pure, any thread.
#pragma once

#include <lpc/limits.h>

#include <lpc/sdk/rounding.hpp>
#include <settlement/ledger.hpp>
#include <string>

namespace lpc::settlement {

constexpr bool within_limit(std::int64_t amount) {
    return amount >= -LPC_MONEY_MAX && amount <= LPC_MONEY_MAX;
}

[[nodiscard]] std::string who(std::uint64_t account);
[[nodiscard]] std::string decimal(Int128 value);
[[nodiscard]] tl::unexpected<Error> refuse(Event event, const std::string& why);

}  // namespace lpc::settlement
