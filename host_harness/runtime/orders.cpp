#include "orders.hpp"

namespace lpc::runtime {

void Orders::count(const WorkingOrder& order, std::int64_t sign) {
    const std::int64_t left = order.left() < 0 ? -order.left() : order.left();
    if (order.on_book()) working_lots_[order.instrument] += sign * left;
    // Why whole to the end: a take-over is done at once or not at all.
    if (order.against == Against::tranche) reserved_[order.tranche] += sign * order.reserved;
}

WorkingOrder& Orders::add(WorkingOrder order) {
    order.id = next_++;
    count(order, 1);
    WorkingOrder& added = orders_.emplace(order.id, order).first->second;
    by_account_.add(order.account, {order.id, &added});
    return added;
}

WorkingOrder* Orders::find(std::uint64_t id) {
    const auto it = orders_.find(id);
    return it == orders_.end() ? nullptr : &it->second;
}

const WorkingOrder* Orders::find(std::uint64_t id) const {
    const auto it = orders_.find(id);
    return it == orders_.end() ? nullptr : &it->second;
}

void Orders::progress(WorkingOrder& order, std::int64_t done_lots) {
    count(order, -1);
    order.done_lots = done_lots;
    count(order, 1);
}

void Orders::end(std::uint64_t id) {
    const auto it = orders_.find(id);
    if (it == orders_.end()) return;
    const WorkingOrder& order = it->second;
    count(order, -1);
    by_account_.remove(order.account, {id, nullptr});
    const std::int64_t done = order.done_lots < 0 ? -order.done_lots : order.done_lots;
    if (order.filled_lots < done) unfilled_.emplace(std::pair(order.account, id), order);
    orders_.erase(it);
}

WorkingOrder* Orders::find_unfilled(std::uint64_t account, std::uint64_t id) {
    const auto it = unfilled_.find({account, id});
    return it == unfilled_.end() ? nullptr : &it->second;
}

void Orders::forget_unfilled(std::uint64_t account) {
    unfilled_.erase(unfilled_.lower_bound({account, 0}),
                    unfilled_.upper_bound({account, UINT64_MAX}));
}

std::vector<std::uint64_t> Orders::of_account(std::uint64_t account) const {
    std::vector<std::uint64_t> ids;
    for (const Placed& placed : by_account_.of(account)) ids.push_back(placed.id);
    return ids;
}

}  // namespace lpc::runtime
