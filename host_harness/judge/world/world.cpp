#include "world.hpp"

#include <algorithm>
#include <array>

namespace lpc::judge {
namespace {

constexpr std::int64_t kBegin_ns = 1'700'000'000'000'000'000;

enum What : std::uint64_t { kTime = 1, kResync = 2, kIds = 3 };

// From one turn to the next [ns]: mostly short, sometimes a pause.
constexpr std::array<std::int64_t, 8> kSteps{
    1,           20'000'000,    100'000'000,   250'000'000,
    500'000'000, 1'000'000'000, 1'000'000'001, 7'000'000'000};

}  // namespace

World::World(const lpc_plugin& table, WorldOptions options)
    : role_(table.flags & (LPC_ROLE_RISK | LPC_ROLE_LIQUIDATOR)), options_(std::move(options)) {
    for (std::uint64_t i = 0; i < table.param_count; ++i)
        params_.emplace_back(table.params[i].id, table.params[i].initial);
    for (const auto& [id, value] : options_.params) {
        for (auto& param : params_) {
            if (param.first == id) param.second = value;
        }
    }
    now_ns_ = kBegin_ns;
    Draw ids{options_.seed, kIds};
    std::set<std::uint64_t> unique;
    while (unique.size() < options_.accounts)
        unique.insert(1 + (ids.permille(500) ? ids.below(1000) : ids.next() >> 1));
    for (const std::uint64_t id : unique) {
        WorldAccount account;
        account.id = id;
        account.first_id = (accounts_.size() + 1) << 20;
        account.until_turn = role_ == LPC_ROLE_RISK ? 1 : 1 + ids.below(8);
        if (ids.permille(100)) account.until_turn += 20;
        accounts_.push_back(std::move(account));
    }
}

void World::say(lpc_fact fact) {
    fact.seq = ++last_seq_;
    known_.tell(fact);
    const WorldAccount* account = fact.account == 0 ? nullptr : find(fact.account);
    if (account == nullptr || account->attached) out_.push_back(fact);
}

void World::say_once(lpc_fact fact) {
    fact.seq = last_seq_;
    out_.push_back(fact);
}

WorldAccount* World::find(std::uint64_t account) {
    const auto it =
        std::lower_bound(accounts_.begin(), accounts_.end(), account,
                         [](const WorldAccount& a, std::uint64_t wanted) { return a.id < wanted; });
    return it != accounts_.end() && it->id == account ? &*it : nullptr;
}

bool World::attached(std::uint64_t account) const {
    return std::any_of(accounts_.begin(), accounts_.end(),
                       [account](const WorldAccount& a) { return a.id == account && a.attached; });
}

Step World::next() {
    ++turn_;
    if (turn_ == 1) begin_market();
    if (calm_step_ns_ > 0) {
        step_ns_ = calm_step_ns_;
        now_ns_ += step_ns_;
    } else {
        Draw time = draw(kTime);
        step_ns_ = turn_ > 1 ? kSteps[time.below(kSteps.size())] : 0;
        now_ns_ += step_ns_;
        if (turn_ > 1) move_market();
        for (WorldAccount& account : accounts_) live(account);
        Draw resync = draw(kResync);
        if (resync.permille(15)) resync_market();
        if (resync.permille(40)) resync_account(accounts_[resync.below(accounts_.size())]);
    }
    if (!hold_orders_) {
        for (WorldAccount& account : accounts_) live_orders(account);
    }
    while (!timers_.empty() && std::get<0>(*timers_.begin()) <= now_ns_) {
        const auto [at_ns, account, tag] = *timers_.begin();
        timers_.erase(timers_.begin());
        say_once(fact({.account = account}, lpc_fact_timer{tag}));
    }
    Step step;
    step.facts.swap(out_);
    step.turn = {last_seq_ + 1, now_ns_, turn_ == 1 ? std::uint32_t{LPC_TURN_ACTIVE} : 0, 0};
    return step;
}

void World::calm(std::int64_t step_ns) {
    calm_step_ns_ = step_ns;
    if (step_ns > 0) mend_market();
}

}  // namespace lpc::judge
