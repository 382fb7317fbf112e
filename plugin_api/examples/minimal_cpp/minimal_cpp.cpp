// A complete liquidator in C++: for each running close-out with a budget one IOC order at the
// permitted price; when that is done and close-out or budget are news, the next. It keeps the
// newest facts, and of its own only how new the last ORDER was: the host does not tell an order
// again that is over, so that much is saved and loaded, and it is the same after a swap.
#include <lpc/sdk/export.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>

namespace {

constexpr std::array<const char*, 1> kLoads{"org.example.minimal_cpp.1"};
constexpr std::uint32_t kSavedBytes = 4 + 8;  // of one position

class Minimal final : public lpc::Plugin {
  public:
    static constexpr lpc::Description kDescription{
        .id = "org.example.minimal_cpp",
        .version = "1.1.0",
        .role = LPC_ROLE_LIQUIDATOR,
        .record_max = 4 + LPC_POSITIONS_MAX * kSavedBytes,
        .state_id = kLoads[0],
        .state_loads = kLoads};

    void on_position(const lpc_fact& fact) override { row(fact).position = fact; }
    void on_closeout(const lpc_fact& fact) override { row(fact).closeout = fact; }
    void on_budget(const lpc_fact& fact) override { row(fact).budget = fact; }
    void on_order(const lpc_fact& fact) override {
        row(fact).order = fact;
        row(fact).asked = std::max(row(fact).asked, fact.seq);
    }
    void on_detach(const lpc_fact& fact) override {
        rows_.erase(first(fact.account), end(fact.account));
    }
    void on_resync(const lpc_fact& fact) override {
        if (fact.code != LPC_RESYNC_BEGIN) return;  // all that still holds is told in between
        for (auto it = first(fact.account); it != end(fact.account); ++it) {
            const std::uint64_t asked = it->second.asked;
            it->second = Row{};
            it->second.asked = asked;
        }
    }

    void on_turn(const lpc_turn& turn, lpc::CommandWriter& out) override {
        for (const auto& [key, is] : rows_) {
            const bool working =
                is.order.code >= LPC_ORDER_PENDING && is.order.code <= LPC_ORDER_UNKNOWN;
            // An order that found nobody is not repeated before there is news.
            const bool asked = std::max(is.closeout.seq, is.budget.seq) < is.asked;
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

    void save(std::uint64_t account, lpc::RecordWriter& out) const override {
        const auto begin = rows_.lower_bound(Key{account, 0});
        const auto end = rows_.upper_bound(Key{account, UINT32_MAX});
        if (begin == end) return;
        out.u32(static_cast<std::uint32_t>(std::distance(begin, end)));
        for (auto it = begin; it != end; ++it) {
            out.u32(it->first.second);
            out.u64(it->second.asked);
        }
    }
    bool load(std::uint64_t account, std::uint32_t, lpc::RecordReader& in) override {
        std::map<std::uint32_t, std::uint64_t> asked;
        const std::uint32_t count = in.count(kSavedBytes);
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::uint32_t instrument = in.u32();
            asked[instrument] = in.u64();
        }
        if (!in.finished()) return false;
        for (const auto& [instrument, seq] : asked) rows_[Key{account, instrument}].asked = seq;
        return true;
    }

  private:
    struct Row {
        lpc_fact position{}, closeout{}, budget{}, order{};
        std::uint64_t asked = 0;  // seq of the newest ORDER
    };
    using Key = std::pair<std::uint64_t, std::uint32_t>;  // account, instrument
    using Rows = std::map<Key, Row>;

    Row& row(const lpc_fact& fact) { return rows_[Key{fact.account, fact.instrument}]; }
    Rows::iterator first(std::uint64_t account) { return rows_.lower_bound(Key{account, 0}); }
    Rows::iterator end(std::uint64_t account) {
        return rows_.upper_bound(Key{account, UINT32_MAX});
    }

    Rows rows_;  // ordered: commands come in the same order everywhere
};

}  // namespace

LPC_EXPORT_PLUGIN(Minimal);
