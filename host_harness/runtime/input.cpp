#include "input.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <string_view>

namespace lpc::runtime {
namespace {

static_assert(std::endian::native == std::endian::little, "records are little-endian in memory");

std::vector<std::byte> bytes_of(std::string_view text) {
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return {first, first + text.size()};
}

std::string_view text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <class Record>
Input encode_record(InputKind kind, const Record& record) {
    Input input{kind, std::vector<std::byte>(sizeof record)};
    std::memcpy(input.bytes.data(), &record, sizeof record);
    return input;
}

template <class Record>
Result<Record> decode_record(std::span<const std::byte> bytes, const char* what) {
    if (bytes.size() != sizeof(Record))
        return fail(std::string(what) + " input: found " + std::to_string(bytes.size()) +
                    " bytes, expected " + std::to_string(sizeof(Record)));
    Record record;
    std::memcpy(&record, bytes.data(), sizeof record);
    return record;
}

constexpr std::string_view kPlacementLine = "placement ";

std::string_view take_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return line;
}

bool parse_param(std::string_view line, std::pair<std::uint64_t, std::int64_t>& param) {
    const char* end = line.data() + line.size();
    const auto id = std::from_chars(line.data(), end, param.first);
    if (id.ec != std::errc{} || id.ptr == end || *id.ptr != ' ') return false;
    const auto value = std::from_chars(id.ptr + 1, end, param.second);
    return value.ec == std::errc{} && value.ptr == end;
}

// `place`: the stage, or "STAGE/ARM"; no stage's name has a '/'.
std::string text_of(const Attachment& attachment, const std::string& place) {
    std::string text = place + "\n" + attachment.sha256 + "\n" + attachment.file + "\n";
    // Nothing where it is the engine: the text is the same as before there were other places.
    if (attachment.placement != Placement::engine)
        text += std::string(kPlacementLine) + std::string(name_of(attachment.placement)) + "\n";
    for (const auto& [id, value] : attachment.params)
        text += std::to_string(id) + " " + std::to_string(value) + "\n";
    return text;
}

Result<Attachment> attachment_of(std::string_view rest) {
    Attachment attachment;
    attachment.stage = take_line(rest);
    attachment.sha256 = take_line(rest);
    attachment.file = take_line(rest);
    if (rest.starts_with(kPlacementLine)) {
        const std::string_view line = take_line(rest);
        const auto placement = placement_named(line.substr(kPlacementLine.size()));
        if (!placement) return fail_in("attach input", placement.error());
        attachment.placement = *placement;
    }
    while (!rest.empty()) {
        std::pair<std::uint64_t, std::int64_t> param;
        const std::string_view line = take_line(rest);
        if (!parse_param(line, param))
            return fail("attach input: found '" + std::string(line) + "', expected 'ID VALUE'");
        attachment.params.push_back(param);
    }
    return attachment;
}

}  // namespace

Input encode_configure(const Config& config) {
    return {InputKind::configure, bytes_of(encode(config))};
}

Input encode_attach(const Attachment& attachment) {
    return {InputKind::attach,
            bytes_of(text_of(attachment, place_of(attachment.stage, attachment.arm)))};
}

Input encode_follow(const Follow& follow) {
    return {InputKind::follow,
            bytes_of(follow.plugin.arm + "\n" +
                     (follow.purpose == Purpose::shadow ? "shadow\n" : "standby\n") +
                     (follow.facts_only ? "facts-only\n" : "transfer\n") +
                     std::string(name_of(follow.placement)) + "\n" +
                     text_of(follow.plugin, follow.plugin.stage))};
}

Input encode_fact(const lpc_fact& fact) {
    return encode_record(InputKind::fact, fact);
}
Input encode_turn(std::int64_t now_ns) {
    return encode_record(InputKind::turn, now_ns);
}
Input encode_step(const Step& step, const std::string& why) {
    Input input = encode_record(InputKind::step, step);
    for (const char c : std::string_view(why).substr(0, kLossTextMax))
        input.bytes.push_back(static_cast<std::byte>(c));
    return input;
}
Input encode_hold(const Hold& hold) {
    return encode_record(InputKind::hold, hold);
}

Result<Config> decode_configure(std::span<const std::byte> bytes) {
    return decode_config(text_of(bytes));
}

Result<Attachment> decode_attach(std::span<const std::byte> bytes) {
    Result<Attachment> attachment = attachment_of(text_of(bytes));
    if (!attachment) return attachment;
    const std::size_t slash = attachment->stage.find('/');
    if (slash == std::string::npos) return attachment;
    attachment->arm = attachment->stage.substr(slash + 1);
    attachment->stage.resize(slash);
    return attachment;
}

Result<Follow> decode_follow(std::span<const std::byte> bytes) {
    std::string_view rest = text_of(bytes);
    Follow follow;
    const std::string_view arm = take_line(rest);
    const std::string_view purpose = take_line(rest);
    const std::string_view state = take_line(rest);
    const std::string_view placement = take_line(rest);
    if (purpose != "shadow" && purpose != "standby")
        return fail("follow input: found purpose '" + std::string(purpose) +
                    "', expected shadow or standby");
    if (state != "transfer" && state != "facts-only")
        return fail("follow input: found state '" + std::string(state) +
                    "', expected transfer or facts-only");
    const auto where = placement_named(placement);
    if (!where) return fail_in("follow input", where.error());
    follow.placement = *where;
    follow.purpose = purpose == "shadow" ? Purpose::shadow : Purpose::standby;
    follow.facts_only = state == "facts-only";
    Result<Attachment> plugin = attachment_of(rest);
    if (!plugin) return tl::unexpected(plugin.error());
    follow.plugin = std::move(*plugin);
    follow.plugin.arm = arm;
    return follow;
}

Result<lpc_fact> decode_fact(std::span<const std::byte> bytes) {
    return decode_record<lpc_fact>(bytes, "fact");
}
Result<std::int64_t> decode_turn(std::span<const std::byte> bytes) {
    return decode_record<std::int64_t>(bytes, "turn");
}
Result<Step> decode_step(std::span<const std::byte> bytes) {
    const auto step =
        decode_record<Step>(bytes.first(std::min(bytes.size(), sizeof(Step))), "step");
    const std::size_t text = bytes.size() - std::min(bytes.size(), sizeof(Step));
    const bool tells = step && step->kind == StepKind::dismiss && step->loss != 0;
    if (step && text > (tells ? kLossTextMax : 0))
        return fail("step input: found " + std::to_string(bytes.size()) + " bytes, expected " +
                    std::to_string(sizeof(Step)) + ", and at most " + std::to_string(kLossTextMax) +
                    " more of a loss");
    return step;
}
std::string loss_text(std::span<const std::byte> step) {
    return std::string(text_of(step.subspan(std::min(step.size(), sizeof(Step)))));
}
Result<Hold> decode_hold(std::span<const std::byte> bytes) {
    return decode_record<Hold>(bytes, "hold");
}

}  // namespace lpc::runtime
