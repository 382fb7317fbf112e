#include "heir.hpp"

#include <string>
#include <vector>

namespace lpc::judge {

std::optional<std::uint32_t> own_format(const lpc_plugin& table) {
    if (table.save == nullptr || table.load == nullptr) return std::nullopt;
    const std::string own = table.state_id;
    for (std::uint32_t i = 0; table.state_loads[i] != nullptr; ++i) {
        if (own == table.state_loads[i]) return i;
    }
    return std::nullopt;
}

lpc_fact Heir::as_heard(lpc_fact fact) const {
    if (fact.kind == LPC_FACT_ORDER && foreign_.contains(fact.u.order.id)) fact.u.order.tag = 0;
    if (fact.kind == LPC_FACT_FILL && foreign_.contains(fact.u.fill.order_id)) fact.u.fill.tag = 0;
    return fact;
}

void Heir::tell(std::span<const lpc_fact> facts) {
    std::vector<lpc_fact> heard;
    heard.reserve(facts.size());
    for (const lpc_fact& f : facts) heard.push_back(as_heard(f));
    instance_.tell(heard);
}

void Heir::take(std::uint64_t account, const Known& known, Instance& from) {
    const std::vector<lpc_fact> facts = known.of_account(account);
    for (const lpc_fact& f : facts) {
        if (f.kind == LPC_FACT_ORDER) disown(f.u.order.id);
    }
    tell(facts);
    const auto format = own_format(instance_.table());
    if (!format) return;
    const auto record = from.save(account);
    const std::string whose = "the state of account " + std::to_string(account);
    if (!record) throw NotJudged("save refuses " + whose + ": it can only be swapped by facts");
    if (record->empty()) return;
    if (instance_.load(account, *format, *record) != LPC_OK)
        throw Breach(kTransfer, "load refuses what save wrote: " + whose + ", " +
                                    std::to_string(record->size()) + " bytes");
}

}  // namespace lpc::judge
