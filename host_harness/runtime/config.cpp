#include "config.hpp"

#include <lpc/plugin.h>

#include <array>
#include <charconv>
#include <utility>

namespace lpc::runtime {
namespace {

constexpr std::array<std::pair<std::string_view, std::uint32_t>, 10> kPermits{{
    {"order", 1u << LPC_CMD_ORDER},
    {"cancel", 1u << LPC_CMD_CANCEL},
    {"offer", 1u << LPC_CMD_OFFER},
    {"award", 1u << LPC_CMD_AWARD},
    {"grant", 1u << LPC_CMD_GRANT},
    {"takeover", 1u << LPC_CMD_TAKEOVER},
    {"deleverage", 1u << LPC_CMD_DELEVERAGE},
    {"escalate", 1u << LPC_CMD_ESCALATE},
    {"timer", 1u << LPC_CMD_TIMER},
    {"socialise", kSocialises},
}};

// Visits every number of the rulebook under its published name; reading and writing are the same
// list.
template <class Book, class Visit>
void visit_rulebook(Book& book, Visit&& visit) {
    visit("target_buffer_ppb", book.close.target_buffer.ppb);
    visit("close_cost_ppb", book.close.close_cost.ppb);
    visit("full_close_below_quote", book.close.full_close_below);
    visit("bankruptcy_adjustment_ppb", book.close.bankruptcy_adjustment.ppb);
    visit("spread_to_maintenance_ppb", book.close.spread_to_maintenance.ppb);
    visit("participation_ppb", book.participation.ppb);
    visit("participation_window_ns", book.participation_window_ns);
    visit("claim_share_ppb", book.claim_share.ppb);
    visit("orders_per_account_max", book.orders_per_account_max);
    visit("rate_window_ns", book.rate_window_ns);
    visit("grant_per_account_max_quote", book.grant_per_account_max);
    visit("lots_outstanding_max_quote", book.lots_outstanding_max);
    visit("strikes_max", book.strikes_max);
    visit("commands_per_turn_max", book.commands_per_turn_max);
    visit("tie_key", book.tie_key);
}

template <class StageLike, class Visit>
void visit_stage(StageLike& stage, Visit&& visit) {
    visit("permits", stage.permits);
    visit("leave_after_ns", stage.leave_after_ns);
    visit("leave_below_ppb", stage.leave_below_ppb);
    visit("leave_after_refusals", stage.leave_after_refusals);
}

constexpr std::string_view kAnswerLine = "answer_after_turns";
constexpr std::string_view kArmLine = "arm ";
constexpr std::string_view kBlockLine = "switchback_block_ns";

struct Writer {
    std::string& text;
    void operator()(std::string_view key, const Money& value) { (*this)(key, published(value)); }
    template <class Int>
    void operator()(std::string_view key, const Int& value) {
        text += std::string(key) + " = " + std::to_string(value) + "\n";
    }
};

// Reads "key = value" lines in exactly the order in which Writer wrote them.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    std::string_view line() {
        const std::size_t end = rest_.find('\n');
        const std::string_view result = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        ++number_;
        return result;
    }
    bool at_end() const { return rest_.empty(); }
    bool goes_on_with(std::string_view word) const { return rest_.starts_with(word); }
    // What comes after this much of the next line, up to a blank.
    std::string word_at(std::size_t from) const {
        const std::string_view rest = rest_.substr(from);
        return std::string(rest.substr(0, rest.find_first_of(" \n")));
    }

    void operator()(std::string_view key, Money& value) {
        std::int64_t units = 0;
        (*this)(key, units);
        value = {units};
    }
    template <class Int>
    void operator()(std::string_view key, Int& value) {
        const std::string_view text = line();
        const std::string wanted = std::string(key) + " = ";
        const char* end = text.data() + text.size();
        if (!text.starts_with(wanted)) return expect(wanted, text);
        const auto parsed = std::from_chars(text.data() + wanted.size(), end, value);
        if (parsed.ec != std::errc{} || parsed.ptr != end) expect(wanted + "a number", text);
    }
    Status status() const { return error_.empty() ? Status{} : fail(error_); }

  private:
    void expect(const std::string& wanted, std::string_view found) {
        if (!error_.empty()) return;
        error_ = "configuration record, line " + std::to_string(number_) + ": found '" +
                 std::string(found) + "', expected '" + wanted + "'";
    }
    std::string_view rest_;
    int number_ = 0;
    std::string error_;
};

// Nothing of a stage without arms: its text is the same as before there were any.
void write_arms(const Arms& arms, Writer& writer) {
    if (arms == Arms{}) return;
    for (const Arm& arm : arms.all) writer(std::string(kArmLine) + arm.name, arm.share_ppb);
    if (arms.split == Split::switchback) writer(kBlockLine, arms.switchback_block_ns);
}

Arms read_arms(Reader& reader) {
    Arms arms;
    if (!reader.goes_on_with(kArmLine)) return arms;
    arms.all.clear();
    while (reader.goes_on_with(kArmLine)) {
        Arm& arm = arms.all.emplace_back();
        arm.name = reader.word_at(kArmLine.size());
        reader(std::string(kArmLine) + arm.name, arm.share_ppb);
    }
    if (!reader.goes_on_with(kBlockLine)) return arms;
    arms.split = Split::switchback;
    reader(kBlockLine, arms.switchback_block_ns);
    return arms;
}

Status in_range(const char* key, Int128 value, Int128 low, Int128 high) {
    if (value >= low && value <= high) return {};
    return fail(std::string("rulebook: ") + key + " is " +
                std::to_string(clamp_to(value, INT64_MIN, INT64_MAX)) + ", expected " +
                std::to_string(static_cast<std::int64_t>(low)) + " to " +
                std::to_string(static_cast<std::int64_t>(high)));
}

Status validate_rulebook(const Rulebook& book) {
    struct Bound {
        const char* key;
        Int128 value, low, high;
    };
    constexpr Int128 one = LPC_RATE_ONE_PPB;
    const Bound bounds[] = {
        {"target_buffer_ppb", book.close.target_buffer.ppb, 0, one},
        {"close_cost_ppb", book.close.close_cost.ppb, 0, one / 10},
        {"full_close_below_quote", book.close.full_close_below.units, 0, LPC_NOTIONAL_MAX},
        {"bankruptcy_adjustment_ppb", book.close.bankruptcy_adjustment.ppb, 0, 100 * one},
        {"spread_to_maintenance_ppb", book.close.spread_to_maintenance.ppb, 0, 10 * one},
        {"participation_ppb", book.participation.ppb, 0, one},
        {"participation_window_ns", book.participation_window_ns, 1, LPC_TIME_MAX_NS},
        {"claim_share_ppb", book.claim_share.ppb, 1, one},
        {"orders_per_account_max", book.orders_per_account_max, 1, one},
        {"rate_window_ns", book.rate_window_ns, 1, LPC_TIME_MAX_NS},
        {"grant_per_account_max_quote", book.grant_per_account_max.units, 0, LPC_MONEY_MAX},
        {"lots_outstanding_max_quote", book.lots_outstanding_max.units, 0, LPC_MONEY_MAX},
        {"strikes_max", book.strikes_max, 1, one},
        {"commands_per_turn_max", book.commands_per_turn_max, 1, 100'000'000},
    };
    for (const Bound& bound : bounds) {
        const Status status = in_range(bound.key, bound.value, bound.low, bound.high);
        if (!status) return status;
    }
    return {};
}

}  // namespace

Result<std::uint32_t> permit_of(std::string_view word) {
    for (const auto& [name, bits] : kPermits) {
        if (name == word) return bits;
    }
    return fail("found '" + std::string(word) +
                "', expected order, cancel, offer, award, grant, takeover, deleverage, escalate, "
                "timer or socialise");
}

Status validate(const Config& config) {
    if (const Status status = validate_rulebook(config.rulebook); !status) return status;
    if (config.stages.empty() || config.stages.size() > 32)
        return fail("procedure: found " + std::to_string(config.stages.size()) +
                    " stages, expected 1 to 32");
    if (config.output_capacity < 1 || config.output_capacity > 1u << 20)
        return fail("output_capacity is " + std::to_string(config.output_capacity) +
                    ", expected 1 to 1048576");
    for (std::size_t i = 0; i < config.stages.size(); ++i) {
        const Stage& stage = config.stages[i];
        const auto fits = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        };
        bool good = !stage.name.empty() && stage.name != kRiskStage;
        for (const char c : stage.name) good = good && fits(c);
        for (std::size_t j = 0; j < i; ++j) good = good && config.stages[j].name != stage.name;
        if (!good)
            return fail("procedure: stage name '" + stage.name +
                        "', expected a unique name of a-z, 0-9 and _ other than 'risk'");
        if (stage.leave_after_ns < 0 || stage.leave_below_ppb < 0 || stage.leave_after_refusals < 0)
            return fail("procedure: stage '" + stage.name +
                        "' has a negative condition, expected 0 or more");
        if (stage.answer_after_turns > kAnswerAfterMax)
            return fail("procedure: stage '" + stage.name + "' has answer_after_turns " +
                        std::to_string(stage.answer_after_turns) + ", expected 0 to " +
                        std::to_string(kAnswerAfterMax));
        if (const Status status = validate(stage.arms); !status)
            return fail_in("procedure: stage '" + stage.name + "'", status.error());
    }
    return {};
}

std::string encode(const Config& config) {
    std::string text = "lpc-config 2\n";
    Writer writer{text};
    visit_rulebook(config.rulebook, writer);
    writer("output_capacity", config.output_capacity);
    for (const Stage& stage : config.stages) {
        text += "stage " + stage.name + "\n";
        visit_stage(stage, writer);
        // Nothing where it is 0: the text is the same as before there was such a rule.
        if (stage.answer_after_turns != 0) writer(kAnswerLine, stage.answer_after_turns);
        write_arms(stage.arms, writer);
    }
    return text;
}

Result<Config> decode_config(std::string_view text) {
    Config config;
    Reader reader(text);
    if (const std::string_view first = reader.line(); first != "lpc-config 2")
        return fail("configuration record: found '" + std::string(first) +
                    "', expected 'lpc-config 2'");
    visit_rulebook(config.rulebook, reader);
    reader("output_capacity", config.output_capacity);
    while (reader.status() && !reader.at_end()) {
        const std::string_view head = reader.line();
        if (!head.starts_with("stage "))
            return fail("configuration record: found '" + std::string(head) +
                        "', expected 'stage NAME'");
        Stage stage;
        stage.name = std::string(head.substr(6));
        visit_stage(stage, reader);
        if (reader.goes_on_with(kAnswerLine)) reader(kAnswerLine, stage.answer_after_turns);
        stage.arms = read_arms(reader);
        config.stages.push_back(std::move(stage));
    }
    if (const Status status = reader.status(); !status) return tl::unexpected(status.error());
    if (const Status status = validate(config); !status) return tl::unexpected(status.error());
    return config;
}

}  // namespace lpc::runtime
