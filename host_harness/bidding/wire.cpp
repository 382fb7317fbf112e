#include "bidding/wire.hpp"

#include <utility>

#include "host_harness/bidding/bidding.pb.h"
#include "sockets/strict_parse.hpp"

namespace lpc::bidding {
namespace {

using Steps = google::protobuf::RepeatedPtrField<v1::Step>;

void put(const Schedule& schedule, Steps& out) {
    for (const Step& step : schedule) {
        v1::Step& put = *out.Add();
        put.set_lots(step.lots);
        put.set_discount_ppb(step.discount_ppb);
    }
}

struct PutMessage {
    v1::FromProvider& out;
    void operator()(const Hello& hello) { out.mutable_hello()->set_account(hello.account); }
    void operator()(const SetSchedule& set) {
        put(set.schedule, *out.mutable_schedule()->mutable_steps());
    }
    void operator()(const SealedBid& bid) {
        out.mutable_bid()->set_lot(bid.lot);
        put(bid.schedule, *out.mutable_bid()->mutable_steps());
    }
    void operator()(const Take& take) {
        out.mutable_take()->set_lot(take.lot);
        out.mutable_take()->set_lots(take.lots);
    }
    void operator()(const Alive&) { out.mutable_alive(); }
    void operator()(const Goodbye& goodbye) { out.mutable_goodbye()->set_why(goodbye.why); }
};

struct PutNotice {
    v1::ToProvider& out;
    void operator()(const Registered& registered) {
        v1::Registered& put = *out.mutable_registered();
        put.set_session(registered.session);
        put.set_capacity_lots(registered.capacity_lots);
        put.set_bond_quote(registered.bond);
        put.set_schedule_delay_ns(registered.schedule_delay_ns);
        put.set_pace(registered.pace);
        put.set_silence_ms_max(registered.silence_ms_max);
    }
    void operator()(const Accepted& accepted) {
        out.mutable_accepted()->set_number(accepted.number);
    }
    void operator()(const Refused& refused) {
        out.mutable_refused()->set_number(refused.number);
        out.mutable_refused()->set_why(refused.why);
    }
    void operator()(const Call& call) {
        v1::Call& put = *out.mutable_call();
        put.set_lot(call.lot);
        put.set_instrument(call.instrument);
        put.set_type(call.type);
        put.set_state(call.state);
        put.set_lots(call.lots);
        put.set_price(call.price);
        put.set_now_ns(call.now_ns);
        put.set_close_ns(call.close_ns);
    }
    void operator()(const Award& award) {
        v1::Award& put = *out.mutable_award();
        put.set_lot(award.lot);
        put.set_instrument(award.instrument);
        put.set_lots(award.lots);
        put.set_price(award.price);
    }
    void operator()(const Alive&) { out.mutable_alive(); }
    void operator()(const Goodbye& goodbye) { out.mutable_goodbye()->set_why(goodbye.why); }
};

// Why the count first: nothing is made of a message beyond the limit.
Result<Schedule> schedule_of(const Steps& steps, bool may_be_empty) {
    if (static_cast<std::size_t>(steps.size()) > kStepsMax)
        return fail("schedule: found " + std::to_string(steps.size()) + " steps, expected 1 to " +
                    std::to_string(kStepsMax));
    Schedule schedule;
    for (const v1::Step& step : steps) schedule.push_back({step.lots(), step.discount_ppb()});
    if (schedule.empty() && may_be_empty) return schedule;
    if (const Status sound = validate(schedule); !sound) return tl::unexpected(sound.error());
    return schedule;
}

Status take_what(const v1::FromProvider& in, Message& message) {
    switch (in.what_case()) {
        case v1::FromProvider::kHello:
            if (in.hello().account().size() > kAccountNameBytesMax)
                return fail("hello: found an account of " +
                            std::to_string(in.hello().account().size()) +
                            " bytes, expected at most " + std::to_string(kAccountNameBytesMax));
            message.what = Hello{in.hello().account()};
            return {};
        case v1::FromProvider::kSchedule: {
            auto schedule = schedule_of(in.schedule().steps(), true);
            if (!schedule) return tl::unexpected(schedule.error());
            message.what = SetSchedule{std::move(*schedule)};
            return {};
        }
        case v1::FromProvider::kBid: {
            auto schedule = schedule_of(in.bid().steps(), false);
            if (!schedule) return tl::unexpected(schedule.error());
            message.what = SealedBid{in.bid().lot(), std::move(*schedule)};
            return {};
        }
        case v1::FromProvider::kTake:
            message.what = Take{in.take().lot(), in.take().lots()};
            return {};
        case v1::FromProvider::kAlive:
            message.what = Alive{};
            return {};
        case v1::FromProvider::kGoodbye:
            message.what = Goodbye{};
            return {};
        case v1::FromProvider::WHAT_NOT_SET:
            break;
    }
    return fail(
        "message: found nothing that this host knows, expected one of hello, schedule, bid, take, "
        "alive, goodbye");
}

Call call_of(const v1::Call& in) {
    return {in.lot(),
            in.instrument(),
            static_cast<std::uint8_t>(in.type()),
            static_cast<std::uint8_t>(in.state()),
            in.lots(),
            in.price(),
            in.now_ns(),
            in.close_ns()};
}

Registered registered_of(const v1::Registered& in) {
    return {in.session(),           in.capacity_lots(), in.bond_quote(),
            in.schedule_delay_ns(), in.pace(),          in.silence_ms_max()};
}

}  // namespace

std::string encode(const Message& message) {
    v1::FromProvider out;
    out.set_session(message.session);
    out.set_number(message.number);
    std::visit(PutMessage{out}, message.what);
    return out.SerializeAsString();
}

std::string encode(const Notice& notice) {
    v1::ToProvider out;
    std::visit(PutNotice{out}, notice);
    return out.SerializeAsString();
}

DecodedMessage decode_message(std::string_view bytes) {
    v1::FromProvider in;
    if (!sockets::parse(bytes, in))
        return {0, fail("message: found " + std::to_string(bytes.size()) +
                        " bytes that are no lpc.bidding.v1.FromProvider")};
    if (!sockets::knows_every_field(in))
        return {in.number(), fail("message: found a field that this host does not know, expected "
                                  "lpc.bidding.v1 as of this host's version")};
    Message message{in.session(), in.number(), {}};
    if (message.number == 0) return {0, fail("message: found no number, expected one above 0")};
    if (const Status taken = take_what(in, message); !taken)
        return {in.number(), tl::unexpected(taken.error())};
    return {in.number(), std::move(message)};
}

Result<Notice> decode_notice(std::string_view bytes) {
    v1::ToProvider in;
    if (sockets::parse(bytes, in)) {
        switch (in.what_case()) {
            case v1::ToProvider::kRegistered:
                return Notice(registered_of(in.registered()));
            case v1::ToProvider::kAccepted:
                return Notice(Accepted{in.accepted().number()});
            case v1::ToProvider::kRefused:
                return Notice(Refused{in.refused().number(), in.refused().why()});
            case v1::ToProvider::kCall:
                return Notice(call_of(in.call()));
            case v1::ToProvider::kAward:
                return Notice(Award{in.award().lot(), in.award().instrument(), in.award().lots(),
                                    in.award().price()});
            case v1::ToProvider::kAlive:
                return Notice(Alive{});
            case v1::ToProvider::kGoodbye:
                return Notice(Goodbye{in.goodbye().why()});
            case v1::ToProvider::WHAT_NOT_SET:
                break;
        }
    }
    return fail("found " + std::to_string(bytes.size()) +
                " bytes that are no lpc.bidding.v1.ToProvider that is known here");
}

}  // namespace lpc::bidding
