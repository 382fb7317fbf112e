// backstop_drain among few accounts: a fund that is drained through all its tranches.
#pragma once

#include <string>

#include "scenario/small_scenario.hpp"

namespace lpc::tests {

// A tenth of the accounts and of the money of backstop_drain, in a third of its time.
inline ScenarioText small_drain() {
    ScenarioText scenario("backstop_drain");
    scenario.set("count", "300").replace("value = 500", "value = 10");
    scenario.way({{0, 5000}, {60, 5000}, {61, 4000}, {120, 3900}, {180, 4000}, {400, 4300}});
    for (const char* money : {"balance_quote = 4", "loss_max_quote = 3", "balance_quote = 3",
                              "balance_quote = 5", "balance_quote = 6", "balance_quote = 2"})
        scenario.replace(std::string(money) + "_000_000_000", std::string(money) + "00_000_000");
    scenario.replace("loss_max_quote = 1_500_000_000", "loss_max_quote = 150_000_000");
    scenario.replace("at_s = 250 ", "at_s = 30 ");
    scenario.replace("[[withdrawals]]\nat_s = 700", "[[withdrawals]]\nat_s = 250");
    scenario.replace("[[withdrawals]]\nat_s = 900", "[[withdrawals]]\nat_s = 350");
    return scenario;
}

}  // namespace lpc::tests
