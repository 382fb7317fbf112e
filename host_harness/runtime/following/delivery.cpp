#include "delivery.hpp"

#include "../in_process.hpp"

#include <utility>

namespace lpc::runtime {
namespace {

class Here final : public Delivery {
  public:
    explicit Here(Following following) : following_(std::move(following)) {}

    void give(Stream& stream) override {
        if (!failure_) {
            if (const Status taken = following_.take(stream.records()); !taken)
                failure_ = taken.error();
        }
        stream.clear();
    }
    Status settle() override {
        if (failure_) return tl::unexpected(*failure_);
        return {};
    }
    std::uint64_t lag() const override { return 0; }
    std::optional<Error> failure() const override { return failure_; }
    Comparison comparison() const override { return following_.comparison(); }
    Exchanged exchange(Actor actor) override { return following_.exchange(std::move(actor)); }
    Exchanged release() override { return following_.exchange({}); }

  private:
    Following following_;
    std::optional<Error> failure_;
};

}  // namespace

Result<std::unique_ptr<Instance>> OnEngineThread::create(Placement, std::uint32_t id,
                                                         PluginCode code, const LogSink& log) {
    return InProcess::create(id, std::move(code), log);
}

std::unique_ptr<Delivery> OnEngineThread::place(Placement, Following following) {
    return std::make_unique<Here>(std::move(following));
}

}  // namespace lpc::runtime
