// A follower in a sidecar: its stream is sent as it is, and the logic of following runs there,
// beside the instance. Engine thread; waits in settle(), fetch() and release() alone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <runtime/following/delivery.hpp>

#include "sidecar_instance.hpp"

namespace lpc::placement {

class SidecarDelivery final : public runtime::Delivery {
  public:
    // The actor's instance is one of a sidecar's.
    SidecarDelivery(runtime::Actor actor, const runtime::TurnLimits& limits);

    void give(runtime::Stream& stream) override;
    Status settle() override;
    std::uint64_t lag() const override;
    std::optional<Error> failure() const override;
    runtime::Comparison comparison() const override;
    std::optional<runtime::Lost> fetch() override;
    runtime::Exchanged exchange(runtime::Actor actor) override;
    runtime::Exchanged release() override;

  private:
    bool heard(const Message& message);
    void have_fetched();
    std::optional<runtime::Lost> take_belongings(const Message& message);

    std::unique_ptr<runtime::Instance> instance_;
    Sidecar& sidecar_;
    std::uint64_t given_ = 0, heard_ = 0;  // records
    runtime::Comparison comparison_;
    std::optional<runtime::Exchanged> belongings_;  // without the instance; as fetched
};

}  // namespace lpc::placement
