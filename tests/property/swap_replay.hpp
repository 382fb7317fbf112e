// A recorded run whose inputs are applied again, by a runtime that may be restarted from its own
// snapshot in between. Engine thread; followers may run elsewhere.
#pragma once

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <journal/io.hpp>
#include <journal/reader.hpp>
#include <journal/records.hpp>
#include <map>
#include <memory>
#include <placement/host_premises.hpp>
#include <runtime/loading/plugin_library.hpp>
#include <runtime/runtime.hpp>
#include <runtime/state.hpp>
#include <string>
#include <support/doomed_plugin.hpp>
#include <utility>
#include <vector>

#include "property/swap_stream.hpp"
#include "scenario/workshop.hpp"

namespace lpc::tests {

using lpc::runtime::Input;
using lpc::runtime::InputKind;
using lpc::runtime::place_of;
using lpc::runtime::Route;
using DoomedRisk = lpc::test::Doomed<0>;
using DoomedLiquidator = lpc::test::Doomed<1>;

inline std::vector<Input> inputs_of(const std::string& journal) {
    std::vector<Input> inputs;
    auto reader = lpc::journal::Reader::open(*lpc::journal::io::open_folder(journal));
    BOOST_REQUIRE(reader);
    lpc::journal::Record record;
    while (reader->next(record)) {
        if (record.type < lpc::journal::kFirstOutcome)
            inputs.push_back({static_cast<InputKind>(record.type),
                              {record.payload.begin(), record.payload.end()}});
    }
    BOOST_REQUIRE(reader->status());
    return inputs;
}

// As a host does it: whoever is lost is dismissed before.
inline lpc::Status apply_prepared(lpc::runtime::Runtime& runtime, const Input& input) {
    while (const auto lost = runtime.prepare(input)) {
        const lpc::Status gone = apply_prepared(runtime, *lost);
        if (!gone) return gone;
    }
    return runtime.apply(input);
}

class Replayed {
  public:
    Replayed(const Workshop& shop, std::vector<Input> inputs)
        : cache_(*lpc::runtime::PluginCache::open(shop.path("images"))),
          inputs_(std::move(inputs)) {
        for (const Input& input : inputs_) {
            if (input.kind != InputKind::attach) continue;
            auto attachment = *lpc::runtime::decode_attach(input.bytes);
            attachments_[place_of(attachment.stage, attachment.arm)] = attachment;
        }
    }

    // Applies the inputs, with `disturb` called before each of them.
    template <class Disturb>
    Stream run(Disturb&& disturb) {
        DoomedRisk::reset();
        DoomedLiquidator::reset();
        Stream stream;
        lpc::placement::HostPremises premises(
            lpc::placement::SidecarTerms{.executable = LPC_BINARY_DIR "/bin/lpc",
                                         .cache_folder = cache_.folder().string(),
                                         .patience = std::chrono::seconds(60)});
        runtime_ = runtime(stream, premises);
        restarts = 0;
        for (const Input& input : inputs_) {
            if (runtime_->configured() && disturb(*runtime_)) restart(stream, premises);
            const lpc::Status applied = apply_prepared(*runtime_, input);
            if (!applied) {
                BOOST_TEST(false, applied.error().message);
                break;
            }
            if (input.kind == InputKind::attach) stream.acting.begin(runtime_->state());
            runtime_->discard();
        }
        stream.acting.expect(runtime_->state());
        last_hash = runtime_->state_hash();
        runtime_.reset();
        return stream;
    }
    // `place`: a stage, or STAGE/ARM.
    const lpc::runtime::Attachment& attachment(const std::string& place) const {
        return attachments_.at(place);
    }
    std::uint64_t last_hash = 0, restarts = 0;

  private:
    using Runtime = lpc::runtime::Runtime;

    std::unique_ptr<Runtime> runtime(Stream& stream, lpc::placement::HostPremises& premises) {
        return std::make_unique<Runtime>([this](const auto& wanted) { return code(wanted); },
                                         stream, [](int, const std::string&) {}, &premises);
    }
    // Whoever follows, or what is not released yet, keeps a snapshot from being taken.
    void restart(Stream& stream, lpc::placement::HostPremises& premises) {
        const auto snapshot = runtime_->snapshot();
        if (!snapshot) return;
        for (const auto& slot : runtime_->state().slots) {
            for (const Route& route : slot.routes) {
                if (route.active.instance != nullptr)
                    coming_back_[place_of(slot.name, route.arm)] = route.active.instance->id();
            }
        }
        const std::uint64_t hash = runtime_->state_hash();
        runtime_ = runtime(stream, premises);
        const lpc::Status restored = runtime_->restore(*snapshot);
        coming_back_.clear();
        BOOST_REQUIRE_MESSAGE(restored, restored.error().message);
        BOOST_REQUIRE(runtime_->state_hash() == hash);
        BOOST_REQUIRE((*runtime_->snapshot() == *snapshot));
        ++restarts;
    }
    lpc::Result<lpc::runtime::PluginCode> code(const lpc::runtime::Attachment& wanted) {
        const auto image = lpc::runtime::PluginLibrary::load(wanted.file, cache_);
        if (!image) return tl::unexpected(image.error());
        lpc::runtime::PluginCode code{
            (*image)->table, {(*image)->id, (*image)->version, (*image)->sha256}, *image};
        const auto back = coming_back_.find(place_of(wanted.stage, wanted.arm));
        const std::uint32_t instance =
            back != coming_back_.end() ? back->second : runtime_->state().next_instance;
        return wanted.stage == "risk" ? DoomedRisk::wrap(code, instance)
                                      : DoomedLiquidator::wrap(code, instance);
    }

    lpc::runtime::PluginCache cache_;
    std::unique_ptr<Runtime> runtime_;
    std::map<std::string, std::uint32_t> coming_back_;  // instances, by place, in a restart
    std::vector<Input> inputs_;
    std::map<std::string, lpc::runtime::Attachment> attachments_;
};

}  // namespace lpc::tests
