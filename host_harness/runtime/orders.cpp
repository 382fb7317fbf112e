#include "orders.hpp"

namespace lpc::runtime {

WorkingOrder& Orders::add(WorkingOrder order) {
    order.id = next_++;
    by_account_.emplace(order.account, order.id);
    return orders_.emplace(order.id, order).first->second;
}

WorkingOrder* Orders::find(std::uint64_t id) {
    const auto it = orders_.find(id);
    return it == orders_.end() ? nullptr : &it->second;
}

const WorkingOrder* Orders::find(std::uint64_t id) const {
    const auto it = orders_.find(id);
    return it == orders_.end() ? nullptr : &it->second;
}

void Orders::end(std::uint64_t id) {
    const auto it = orders_.find(id);
    if (it == orders_.end()) return;
    by_account_.erase({it->second.account, id});
    orders_.erase(it);
}

bool Orders::tag_works(std::uint64_t account, std::uint32_t instance, std::uint64_t tag) const {
    for (const std::uint64_t id : of_account(account)) {
        const WorkingOrder& order = *find(id);
        if (order.instance == instance && order.tag == tag) return true;
    }
    return false;
}

std::vector<std::uint64_t> Orders::of_account(std::uint64_t account) const {
    std::vector<std::uint64_t> ids;
    for (auto it = by_account_.lower_bound({account, 0});
         it != by_account_.end() && it->first == account; ++it) {
        ids.push_back(it->second);
    }
    return ids;
}

}  // namespace lpc::runtime
