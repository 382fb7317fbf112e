#include <algorithm>
#include <utility>

#include "control/wire.hpp"
#include "host_harness/control/control.pb.h"
#include "sockets/strict_parse.hpp"

namespace lpc::control {
namespace {

using Request = v1::Request;

void put_params(const std::vector<Param>& params,
                google::protobuf::RepeatedPtrField<v1::Param>& out) {
    for (const Param& param : params) {
        v1::Param& put = *out.Add();
        put.set_name(param.name);
        put.set_value(param.value);
    }
}

void put(const Order& order, v1::SwapOrder& out) {
    out.set_stage(order.stage);
    out.set_file(order.file);
    out.set_arm(order.arm);
    out.set_state(order.state == StateTransfer::transfer ? v1::TRANSFER : v1::FACTS_ONLY);
    put_params(order.params, *out.mutable_params());
}

void put(const Order& order, v1::ShadowOrder& out) {
    out.set_stage(order.stage);
    out.set_file(order.file);
    out.set_arm(order.arm);
    put_params(order.params, *out.mutable_params());
}

template <class OfStage>
void put_stage(const Order& order, OfStage& out) {
    out.set_stage(order.stage);
    out.set_arm(order.arm);
}

void put(const Order& order, v1::HoldOrder& out) {
    if (order.account) {
        out.set_account(*order.account);
    } else if (order.instrument) {
        out.set_instrument(*order.instrument);
    } else {
        out.mutable_everything();
    }
}

void put_command(const Order& order, Request& out) {
    switch (order.verb) {
        case Verb::status:
            out.mutable_status();
            break;
        case Verb::stages:
            out.mutable_stages();
            break;
        case Verb::swap:
            put(order, *out.mutable_swap());
            break;
        case Verb::shadow:
            put(order, *out.mutable_shadow());
            break;
        case Verb::rollback:
            put_stage(order, *out.mutable_rollback());
            break;
        case Verb::promote:
            put_stage(order, *out.mutable_promote());
            break;
        case Verb::pause:
            out.mutable_pause();
            break;
        case Verb::resume:
            out.mutable_resume();
            break;
        case Verb::hold:
            put(order, *out.mutable_hold());
            break;
        case Verb::unhold:
            put(order, *out.mutable_unhold());
            break;
        case Verb::dismiss:
            put_stage(order, *out.mutable_dismiss());
            break;
    }
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kNameBytesMax &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '.' || c == '-';
           });
}

bool is_file(std::string_view text) {
    return !text.empty() && text.size() <= kFileBytesMax &&
           std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// "stage", "file" ... are refused without being repeated: they may hold anything.
Status wrong_name(const std::string& what) {
    return fail(what + ": expected 1 to " + std::to_string(kNameBytesMax) +
                " letters, digits, '_', '.' or '-'");
}

Status take_names(const std::string& stage, const std::string& arm, bool arm_needed, Order& order) {
    if (!is_name(stage)) return wrong_name("stage");
    if ((arm_needed || !arm.empty()) && !is_name(arm)) return wrong_name("arm");
    order.stage = stage;
    order.arm = arm;
    return {};
}

Status take_params(const google::protobuf::RepeatedPtrField<v1::Param>& params, Order& order) {
    if (static_cast<std::size_t>(params.size()) > kParamsMax)
        return fail("params: found " + std::to_string(params.size()) + ", expected at most " +
                    std::to_string(kParamsMax));
    for (const v1::Param& param : params) {
        if (!is_name(param.name())) return wrong_name("params: name");
        const auto same = [&](const Param& other) { return other.name == param.name(); };
        if (std::any_of(order.params.begin(), order.params.end(), same))
            return fail("params: found '" + param.name() + "' twice, expected it once");
        order.params.push_back({param.name(), param.value()});
    }
    return {};
}

template <class Candidate>
Status take_candidate(const Candidate& in, Order& order) {
    if (Status names = take_names(in.stage(), in.arm(), false, order); !names) return names;
    if (!is_file(in.file()))
        return fail("file: expected a path of 1 to " + std::to_string(kFileBytesMax) +
                    " bytes without control characters");
    order.file = in.file();
    return take_params(in.params(), order);
}

Status take(const v1::SwapOrder& in, Order& order) {
    if (!v1::StateTransfer_IsValid(in.state()))
        return fail("state: found " + std::to_string(in.state()) +
                    ", expected TRANSFER or FACTS_ONLY");
    order.state = in.state() == v1::TRANSFER ? StateTransfer::transfer : StateTransfer::facts_only;
    return take_candidate(in, order);
}

Status take(const v1::HoldOrder& in, Order& order) {
    switch (in.what_case()) {
        case v1::HoldOrder::kAccount:
            // Why: account 0 stands for the whole market in every fact.
            if (in.account() == 0) return fail("account: found 0, expected an account's id");
            order.account = in.account();
            return {};
        case v1::HoldOrder::kInstrument:
            order.instrument = in.instrument();
            return {};
        case v1::HoldOrder::kEverything:
            return {};
        case v1::HoldOrder::WHAT_NOT_SET:
            break;
    }
    return fail("found neither account nor instrument nor everything, expected one of them");
}

Status take_command(const Request& in, Order& order) {
    switch (in.command_case()) {
        case Request::kStatus:
            order.verb = Verb::status;
            return {};
        case Request::kStages:
            order.verb = Verb::stages;
            return {};
        case Request::kSwap:
            order.verb = Verb::swap;
            return take(in.swap(), order);
        case Request::kShadow:
            order.verb = Verb::shadow;
            return take_candidate(in.shadow(), order);
        case Request::kRollback:
            order.verb = Verb::rollback;
            return take_names(in.rollback().stage(), in.rollback().arm(), false, order);
        case Request::kPromote:
            order.verb = Verb::promote;
            return take_names(in.promote().stage(), in.promote().arm(), true, order);
        case Request::kPause:
            order.verb = Verb::pause;
            return {};
        case Request::kResume:
            order.verb = Verb::resume;
            return {};
        case Request::kHold:
            order.verb = Verb::hold;
            return take(in.hold(), order);
        case Request::kUnhold:
            order.verb = Verb::unhold;
            return take(in.unhold(), order);
        case Request::kDismiss:
            order.verb = Verb::dismiss;
            return take_names(in.dismiss().stage(), in.dismiss().arm(), false, order);
        case Request::COMMAND_NOT_SET:
            break;
    }
    return fail(
        "found no command, expected one of status, stages, swap, shadow, rollback, "
        "promote, pause, resume, hold, unhold, dismiss");
}

Result<Order> order_of(const Request& in) {
    if (!in.has_id() || (in.id().time_ns() == 0 && in.id().random() == 0))
        return fail("request: found no id, expected one that is not zero");
    if (!sockets::knows_every_field(in))
        return fail(
            "request: found a field or command that this host does not know, expected "
            "lpc.control.v1 as of this host's version");
    Order order;
    order.request_id = {in.id().time_ns(), in.id().random()};
    if (const Status command = take_command(in, order); !command) {
        const std::string verb = in.command_case() == Request::COMMAND_NOT_SET
                                     ? "request"
                                     : std::string(name_of(order.verb));
        return fail_in(verb, command.error());
    }
    if (in.has_expected_generation()) {
        if (!changes_something(order.verb))
            return fail(std::string(name_of(order.verb)) +
                        ": found an expected generation, expected none where nothing is changed");
        order.expected_generation = in.expected_generation();
    }
    return order;
}

}  // namespace

std::string encode(const Order& order) {
    Request out;
    out.mutable_id()->set_time_ns(order.request_id.time_ns);
    out.mutable_id()->set_random(order.request_id.random);
    if (order.expected_generation) out.set_expected_generation(*order.expected_generation);
    put_command(order, out);
    return out.SerializeAsString();
}

DecodedOrder decode_order(std::string_view bytes) {
    Request in;
    if (!sockets::parse(bytes, in))
        return {{},
                fail("request: found " + std::to_string(bytes.size()) +
                     " bytes that are no lpc.control.v1.Request")};
    return {{in.id().time_ns(), in.id().random()}, order_of(in)};
}

}  // namespace lpc::control
