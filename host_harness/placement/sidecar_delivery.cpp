#include "sidecar_delivery.hpp"

#include <stdexcept>
#include <utility>

#include <runtime/archive.hpp>

#include "sidecar_comparison.hpp"

namespace lpc::placement {

using runtime::Exchanged;
using runtime::Loss;
using runtime::Lost;

SidecarDelivery::SidecarDelivery(runtime::Actor actor, const runtime::TurnLimits& limits)
    : instance_(std::move(actor.instance)),
      sidecar_(static_cast<SidecarInstance&>(*instance_).sidecar()) {
    sidecar_.on_heard = [this](const Message& message) { return heard(message); };
    // What it has been told as an instance it hears before it follows.
    static_cast<SidecarInstance&>(*instance_).flush();
    runtime::Saver own;
    own(actor.orders, actor.timers);
    const std::vector<std::byte> bytes = own.take();
    Head head{.kind = kFollow};
    head.words = {limits.output_capacity, limits.commands_max,
                  static_cast<std::int64_t>(bytes.size())};
    sidecar_.tell(head, records_of(bytes.data(), bytes.size()));
}

void SidecarDelivery::give(runtime::Stream& stream) {
    belongings_.reset();
    given_ += stream.records().size();
    (void)sidecar_.ask({.kind = kFeed}, stream.records());
    stream.clear();
    sidecar_.look();
}

bool SidecarDelivery::heard(const Message& message) {
    if (message.words[1] < 1 || static_cast<std::uint64_t>(message.words[1]) > given_ - heard_)
        return false;
    heard_ += static_cast<std::uint64_t>(message.words[1]);
    if (message.words[0] == kDone) return add_to(comparison_, message);
    const auto why = bytes_of(message.records, message.words[2]);
    if (why) (void)sidecar_.give_up(Loss::failed, text_of(*why));
    return why.has_value();
}

// Whatever it says, it has heard all before it answers this.
std::optional<Lost> SidecarDelivery::fetch() {
    if (belongings_) return sidecar_.lost();
    Message reply;
    const std::uint64_t number = sidecar_.ask({.kind = kPeek});
    if (auto lost = sidecar_.await(number, kBelongings, reply)) return lost;
    if (heard_ != given_)
        return sidecar_.give_up(Loss::garbage, "it does not say that it heard what it was told");
    return take_belongings(reply);
}

std::optional<Lost> SidecarDelivery::take_belongings(const Message& message) {
    const auto bytes = bytes_of(message.records, message.words[0]);
    const std::size_t taken = bytes ? (bytes->size() + sizeof(lpc_fact) - 1) / sizeof(lpc_fact) : 0;
    Exchanged own;
    runtime::Loader loader(bytes.value_or(std::span<const std::byte>{}));
    loader(own.actor.orders, own.actor.timers);
    if (!bytes || !loader.ok() || !loader.at_end())
        return sidecar_.give_up(Loss::garbage, "what it calls its own cannot be read");
    own.answer = commands_of(std::span(message.records).subspan(taken));
    belongings_ = std::move(own);
    return std::nullopt;
}

// Lost behind what was fetched: that is found where it is needed next.
void SidecarDelivery::have_fetched() {
    if (belongings_) return;
    if (const auto lost = fetch()) lost_within(instance_->identity().id, *lost);
}

Status SidecarDelivery::settle() {
    have_fetched();
    return {};
}

std::uint64_t SidecarDelivery::lag() const {
    sidecar_.look();
    return given_ - heard_;
}

std::optional<Error> SidecarDelivery::failure() const {
    sidecar_.look();
    if (const auto& lost = sidecar_.lost()) return Error{lost->why};
    return std::nullopt;
}

runtime::Comparison SidecarDelivery::comparison() const {
    sidecar_.look();
    return comparison_;
}

Exchanged SidecarDelivery::exchange(runtime::Actor) {
    throw std::logic_error("nobody else follows in a sidecar than who runs there");
}

Exchanged SidecarDelivery::release() {
    have_fetched();
    sidecar_.on_heard = {};
    sidecar_.tell({.kind = kAct});
    Exchanged own = std::move(*belongings_);
    own.actor.instance = std::move(instance_);
    return own;
}

}  // namespace lpc::placement
