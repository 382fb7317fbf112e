// Premises whose sidecars are on this thread, but give nothing that was not waited for: whoever is
// asked for more is noted. A test decides who is lost. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <runtime/following/delivery.hpp>
#include <runtime/in_process.hpp>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lpc::test {

class Elsewhere final : public runtime::Premises {
  public:
    std::vector<std::string> unprepared;  // what an input needed, and nobody had waited for it
    std::set<std::uint32_t> lost;         // instances
    std::uint64_t fetched = 0;

    Result<std::unique_ptr<runtime::Instance>> create(runtime::Placement placement,
                                                      std::uint32_t id, runtime::PluginCode code,
                                                      const runtime::LogSink& log) override {
        auto inner = here_.create(placement, id, code, log);
        if (!inner || placement != runtime::Placement::sidecar) return inner;
        return std::make_unique<Remote>(*this, id, std::move(code), std::move(*inner));
    }
    std::unique_ptr<runtime::Delivery> place(runtime::Placement placement,
                                             runtime::Following following) override {
        if (placement != runtime::Placement::sidecar)
            return here_.place(placement, std::move(following));
        return std::make_unique<RemoteDelivery>(*this, std::move(following));
    }
    void retire(std::shared_ptr<const void> done) override { done.reset(); }

  private:
    std::optional<runtime::Lost> fetch(std::uint32_t id) {
        ++fetched;
        if (lost.count(id) == 0) return std::nullopt;
        return runtime::Lost{runtime::Loss::silent, "the test has it so"};
    }

    // The instance that acts; where one follows, its delivery is asked instead.
    class Remote final : public runtime::Instance {
      public:
        Remote(Elsewhere& where, std::uint32_t id, runtime::PluginCode code,
               std::unique_ptr<runtime::Instance> inner)
            : Instance(id, std::move(code)), where_(where), inner_(std::move(inner)) {}

        Result<runtime::TurnOutput> take() override {
            if (asked_ && !follows) needs(answered_, "an answer");
            asked_ = false;
            return inner_->take();
        }
        Result<std::span<const std::uint8_t>> save(std::uint64_t account) override {
            if (!follows)
                needs(saved_.erase(account) != 0,
                      "the state of account " + std::to_string(account));
            flush();
            return inner_->save(account);
        }
        Status load(std::uint64_t account, std::uint32_t format,
                    std::span<const std::uint8_t> saved) override {
            flush();
            return inner_->load(account, format, saved);
        }
        runtime::Placement placement() const override { return runtime::Placement::sidecar; }
        std::optional<runtime::Lost> fetch_answer() override {
            answered_ = true;
            return where_.fetch(id());
        }
        std::optional<runtime::Lost> fetch_saved(std::span<const std::uint64_t> accounts) override {
            saved_ = {accounts.begin(), accounts.end()};
            return where_.fetch(id());
        }
        bool follows = false;

      private:
        void do_ask(const lpc_turn& turn, const runtime::TurnLimits& limits) override {
            flush();
            answered_ = false;
            asked_ = true;
            saved_.clear();
            inner_->ask(turn, limits);
        }
        void flush() {
            for (const lpc_fact& fact : inbox()) inner_->tell(fact);
            inbox().clear();
        }
        void needs(bool there, const std::string& what) {
            if (!there)
                where_.unprepared.push_back("instance " + std::to_string(id()) + ": " + what);
        }

        Elsewhere& where_;
        std::unique_ptr<runtime::Instance> inner_;
        bool asked_ = false, answered_ = false;
        std::set<std::uint64_t> saved_;
    };

    class RemoteDelivery final : public runtime::Delivery {
      public:
        RemoteDelivery(Elsewhere& where, runtime::Following following)
            : where_(where), limits_(following.limits()) {
            runtime::Actor actor = following.exchange({}).actor;
            id_ = actor.instance->id();
            static_cast<Remote&>(*actor.instance).follows = true;
            inner_ = where.here_.place(runtime::Placement::sidecar, {std::move(actor), limits_});
        }
        void give(runtime::Stream& stream) override {
            fetched_ = false;
            inner_->give(stream);
        }
        Status settle() override {
            needs("what it was told to be heard");
            return inner_->settle();
        }
        std::uint64_t lag() const override { return 0; }
        std::optional<Error> failure() const override { return inner_->failure(); }
        runtime::Comparison comparison() const override { return inner_->comparison(); }
        runtime::Exchanged exchange(runtime::Actor actor) override {
            return inner_->exchange(std::move(actor));
        }
        runtime::Exchanged release() override {
            needs("what is its own");
            runtime::Exchanged own = inner_->release();
            static_cast<Remote&>(*own.actor.instance).follows = false;
            return own;
        }
        std::optional<runtime::Lost> fetch() override {
            fetched_ = true;
            return where_.fetch(id_);
        }

      private:
        void needs(const std::string& what) {
            if (!fetched_)
                where_.unprepared.push_back("follower " + std::to_string(id_) + ": " + what);
        }
        Elsewhere& where_;
        runtime::TurnLimits limits_;
        std::uint32_t id_ = 0;
        std::unique_ptr<runtime::Delivery> inner_;
        bool fetched_ = false;
    };

    runtime::OnEngineThread here_;
};

}  // namespace lpc::test
