#include <algorithm>
#include <utility>

#include "control/wire.hpp"
#include "host_harness/control/control.pb.h"
#include "sockets/strict_parse.hpp"

namespace lpc::control {
namespace {

void put(const PluginFile& file, v1::PluginFile& out) {
    out.set_id(file.id);
    out.set_version(file.version);
    out.set_sha256(file.sha256);
    out.set_params_sha256(file.params_sha256);
}

PluginFile value_of(const v1::PluginFile& in) {
    return {in.id(), in.version(), in.sha256(), in.params_sha256()};
}

void put(const Follower::Accounts& accounts, v1::FollowerAccounts& out) {
    out.set_count(accounts.count);
    out.mutable_first()->Add(accounts.first.begin(), accounts.first.end());
}

Follower::Accounts value_of(const v1::FollowerAccounts& in) {
    return {in.count(), {in.first().begin(), in.first().end()}};
}

void put(const Follower& follower, v1::Follower& out) {
    put(follower.plugin, *out.mutable_plugin());
    out.set_purpose(follower.purpose == Purpose::shadow    ? v1::SHADOW
                    : follower.purpose == Purpose::warming ? v1::WARMING
                                                           : v1::PROBATION);
    out.set_accounts_done(follower.accounts_done);
    out.set_accounts_total(follower.accounts_total);
    out.set_lag_inputs(follower.lag_inputs);
    out.set_ready(follower.ready);
    out.set_turns_compared(follower.turns_compared);
    out.set_turns_differed(follower.turns_differed);
    put(follower.would_close, *out.mutable_would_close());
    put(follower.would_spare, *out.mutable_would_spare());
}

Follower value_of(const v1::Follower& in) {
    Follower follower;
    follower.plugin = value_of(in.plugin());
    follower.purpose = in.purpose() == v1::WARMING     ? Purpose::warming
                       : in.purpose() == v1::PROBATION ? Purpose::probation
                                                       : Purpose::shadow;
    follower.accounts_done = in.accounts_done();
    follower.accounts_total = in.accounts_total();
    follower.lag_inputs = in.lag_inputs();
    follower.ready = in.ready();
    follower.turns_compared = in.turns_compared();
    follower.turns_differed = in.turns_differed();
    follower.would_close = value_of(in.would_close());
    follower.would_spare = value_of(in.would_spare());
    return follower;
}

void put(const StageReport& stage, v1::StageReport& out) {
    out.set_name(stage.name);
    out.set_generation(stage.generation);
    for (const ArmReport& arm : stage.arms) {
        v1::ArmReport& to = *out.add_arms();
        to.set_name(arm.name);
        put(arm.plugin, *to.mutable_plugin());
        to.set_accounts(arm.accounts);
        to.set_share_ppb(arm.share_ppb);
        for (const Follower& follower : arm.followers) put(follower, *to.add_followers());
    }
}

StageReport value_of(const v1::StageReport& in) {
    StageReport stage{in.name(), in.generation(), {}};
    for (const v1::ArmReport& arm : in.arms()) {
        ArmReport& to = stage.arms.emplace_back();
        to.name = arm.name();
        to.plugin = value_of(arm.plugin());
        to.accounts = arm.accounts();
        to.share_ppb = arm.share_ppb();
        for (const v1::Follower& follower : arm.followers())
            to.followers.push_back(value_of(follower));
    }
    return stage;
}

v1::HostState wire_of(HostState state) {
    switch (state) {
        case HostState::running:
            return v1::RUNNING;
        case HostState::paused:
            return v1::PAUSED;
        case HostState::ending:
            return v1::ENDING;
        case HostState::poisoned:
            break;
    }
    return v1::POISONED;
}

HostState value_of(v1::HostState state) {
    switch (state) {
        case v1::RUNNING:
            return HostState::running;
        case v1::PAUSED:
            return HostState::paused;
        case v1::ENDING:
            return HostState::ending;
        default:
            return HostState::poisoned;
    }
}

void put(const HostReport& host, v1::HostReport& out) {
    out.set_state(wire_of(host.state));
    out.set_version(host.version);
    out.set_engine_time_ns(host.engine_time_ns);
    out.set_generation(host.generation);
    out.set_accounts(host.accounts);
    out.set_closeouts(host.closeouts);
    out.set_events_endpoint(host.events_endpoint);
    v1::Holds& holds = *out.mutable_holds();
    holds.set_everything(host.holds.everything);
    holds.mutable_accounts()->Add(host.holds.accounts.begin(), host.holds.accounts.end());
    holds.mutable_instruments()->Add(host.holds.instruments.begin(), host.holds.instruments.end());
}

HostReport value_of(const v1::HostReport& in) {
    HostReport host;
    host.state = value_of(in.state());
    host.version = in.version();
    host.engine_time_ns = in.engine_time_ns();
    host.generation = in.generation();
    host.accounts = in.accounts();
    host.closeouts = in.closeouts();
    host.events_endpoint = in.events_endpoint();
    host.holds = {in.holds().everything(),
                  {in.holds().accounts().begin(), in.holds().accounts().end()},
                  {in.holds().instruments().begin(), in.holds().instruments().end()}};
    return host;
}

}  // namespace

std::string encode(const AnswerTo& to) {
    const Answer& answer = to.answer;
    v1::Answer out;
    out.mutable_id()->set_time_ns(to.id.time_ns);
    out.mutable_id()->set_random(to.id.random);
    out.set_outcome(answer.outcome == Outcome::done ? v1::DONE : v1::REFUSED);
    out.set_why(answer.why);
    if (answer.generation) out.set_generation(*answer.generation);
    out.set_sequence(answer.sequence);
    if (answer.host) put(*answer.host, *out.mutable_host());
    for (const StageReport& stage : answer.stages) put(stage, *out.add_stages());
    return out.SerializeAsString();
}

Result<AnswerTo> decode_answer(std::string_view bytes) {
    v1::Answer in;
    if (!sockets::parse(bytes, in))
        return fail("answer: found bytes that are no lpc.control.v1.Answer");
    if (in.outcome() != v1::DONE && in.outcome() != v1::REFUSED)
        return fail("answer: found outcome " + std::to_string(in.outcome()) +
                    ", expected DONE or REFUSED");
    AnswerTo to{{in.id().time_ns(), in.id().random()}, {}};
    to.answer.outcome = in.outcome() == v1::DONE ? Outcome::done : Outcome::refused;
    to.answer.why = in.why();
    if (in.has_generation()) to.answer.generation = in.generation();
    to.answer.sequence = in.sequence();
    if (in.has_host()) to.answer.host = value_of(in.host());
    for (const v1::StageReport& stage : in.stages()) to.answer.stages.push_back(value_of(stage));
    return to;
}

std::string encode(const Event& event) {
    v1::Event out;
    out.set_number(event.number);
    out.set_sequence(event.sequence);
    out.set_stage(event.stage);
    out.set_arm(event.arm);
    out.set_generation(event.generation);
    if (event.change.empty()) {
        out.mutable_progress()->set_accounts_done(event.accounts_done);
        out.mutable_progress()->set_accounts_total(event.accounts_total);
    } else {
        out.set_change(event.change);
    }
    return out.SerializeAsString();
}

Result<Event> decode_event(std::string_view bytes) {
    v1::Event in;
    if (!sockets::parse(bytes, in))
        return fail("event: found bytes that are no lpc.control.v1.Event");
    Event event;
    event.number = in.number();
    event.sequence = in.sequence();
    event.stage = in.stage();
    event.arm = in.arm();
    event.generation = in.generation();
    event.accounts_done = in.progress().accounts_done();
    event.accounts_total = in.progress().accounts_total();
    event.change = in.change();
    return event;
}

}  // namespace lpc::control
