// Where a follower's stream is delivered: on the engine's thread, or by the host's leave elsewhere.
// What a follower says is a function of its stream alone, so where it runs changes no command. The
// engine's thread calls; nothing here waits but settle(), fetch(), exchange() and release().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "following.hpp"
#include "purpose.hpp"

namespace lpc::runtime {

class Delivery {
  public:
    virtual ~Delivery() = default;
    // Takes everything out of the stream.
    virtual void give(Stream& stream) = 0;
    // Returns when all that was given has been heard. An error says how the instance failed; it
    // hears nothing more, and must be dismissed.
    virtual Status settle() = 0;
    // Records given and not heard yet.
    virtual std::uint64_t lag() const = 0;
    // As settle(), without waiting: empty while it does not know of a failure.
    virtual std::optional<Error> failure() const = 0;
    // How it has compared so far; it may be a little old.
    virtual Comparison comparison() const = 0;
    // After settle(): the actor comes out, this one follows in its place and is compared anew.
    virtual Exchanged exchange(Actor actor) = 0;
    // The same, and nobody follows here any more.
    virtual Exchanged release() = 0;
    // Waits for what settle() and release() are about to need from another process.
    virtual std::optional<Lost> fetch() { return {}; }
};

// What a host lends to the runtime: threads and processes, of which the runtime has none.
class Premises {
  public:
    virtual ~Premises() = default;
    // A new instance, which has been told nothing yet. An error says why there is none.
    virtual Result<std::unique_ptr<Instance>> create(Placement placement, std::uint32_t id,
                                                     PluginCode code, const LogSink& log) = 0;
    virtual std::unique_ptr<Delivery> place(Placement placement, Following following) = 0;
    // Destroys it where that keeps nobody waiting.
    virtual void retire(std::shared_ptr<const void> done) = 0;
};

// All of it on the engine's thread: for replays, tests, and engines that want no other.
class OnEngineThread final : public Premises {
  public:
    Result<std::unique_ptr<Instance>> create(Placement placement, std::uint32_t id, PluginCode code,
                                             const LogSink& log) override;
    std::unique_ptr<Delivery> place(Placement placement, Following following) override;
    void retire(std::shared_ptr<const void> done) override { done.reset(); }
};

}  // namespace lpc::runtime
