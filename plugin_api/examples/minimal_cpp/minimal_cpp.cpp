// A complete liquidator in C++: for each running close-out with a budget one IOC order at the
// permitted price; when that is done and close-out or budget are news, the next. All that it keeps
// are facts, the newest of each kind, so it has nothing to save and is the same after a swap.
#include <lpc/sdk/export.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

namespace {

class Minimal final : public lpc::Plugin {
  public:
    static constexpr lpc::Description kDescription{
        .id = "org.example.minimal_cpp", .version = "1.0.0", .role = LPC_ROLE_LIQUIDATOR};

    void on_position(const lpc_fact& fact) override { row(fact).position = fact; }
    void on_closeout(const lpc_fact& fact) override { row(fact).closeout = fact; }
    void on_budget(const lpc_fact& fact) override { row(fact).budget = fact; }
    void on_order(const lpc_fact& fact) override { row(fact).order = fact; }
    void on_detach(const lpc_fact& fact) override { forget(fact.account); }
    void on_resync(const lpc_fact& fact) override {
        if (fact.code == LPC_RESYNC_BEGIN)
            forget(fact.account);  // all that still holds is told anew
    }

    void on_turn(const lpc_turn& turn, lpc::CommandWriter& out) override {
        for (const auto& [key, is] : rows_) {
            const bool working =
                is.order.code >= LPC_ORDER_PENDING && is.order.code <= LPC_ORDER_UNKNOWN;
            // An order that found nobody is not repeated before there is news.
            const bool asked = std::max(is.closeout.seq, is.budget.seq) < is.order.seq;
            const std::int64_t until_ns = is.budget.u.budget.until_ns;  // 0: until told again
            const bool over = until_ns != 0 && until_ns <= turn.now_ns;
            if (is.closeout.code != LPC_CLOSEOUT_RUNNING || working || asked || over) continue;
            const std::int64_t most = is.budget.u.budget.lots;
            const std::int64_t lots = std::clamp(
                is.closeout.u.closeout.end_lots - is.position.u.position.lots, -most, most);
            if (lots == 0) continue;
            out.order({.account = key.first,
                       .instrument = key.second,
                       .tag = key.second,
                       .cause_seq = is.budget.seq,
                       .lots = lots,
                       .price = is.closeout.u.closeout.permitted_price});
        }
    }

  private:
    struct Row {
        lpc_fact position{}, closeout{}, budget{}, order{};
    };
    using Key = std::pair<std::uint64_t, std::uint32_t>;  // account, instrument

    Row& row(const lpc_fact& fact) { return rows_[Key{fact.account, fact.instrument}]; }
    void forget(std::uint64_t account) {
        rows_.erase(rows_.lower_bound(Key{account, 0}),
                    rows_.upper_bound(Key{account, UINT32_MAX}));
    }

    std::map<Key, Row> rows_;  // ordered: commands come in the same order everywhere
};

}  // namespace

LPC_EXPORT_PLUGIN(Minimal);
