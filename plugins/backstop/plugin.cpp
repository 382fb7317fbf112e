// The backstop policy behind the plugin ABI: role liquidator.
#include <lpc/sdk/export.hpp>

#include <array>

#include "policy.hpp"
#include "record.hpp"

namespace {

constexpr std::array<const char*, 1> kLoads{"org.lpc.backstop.1"};

class BackstopPlugin final : public lpc::Plugin {
  public:
    static constexpr lpc::Description kDescription{.id = "org.lpc.backstop",
                                                   .version = "0.1.0",
                                                   .role = LPC_ROLE_LIQUIDATOR,
                                                   .params = lpc::backstop::kParameters,
                                                   .record_max = lpc::backstop::kRecordMax,
                                                   .state_id = kLoads[0],
                                                   .state_loads = kLoads};

    void on_param(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_instrument(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_price(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_fund(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_margin(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_position(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_closeout(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_order(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_timer(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_refused(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_detach(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_resync(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_turn(const lpc_turn& turn, lpc::CommandWriter& out) override {
        policy_.turn(turn, out);
    }
    void save(std::uint64_t account, lpc::RecordWriter& out) const override {
        policy_.save(account, out);
    }
    bool load(std::uint64_t account, std::uint32_t, lpc::RecordReader& in) override {
        return policy_.load(account, in);
    }

  private:
    lpc::backstop::Policy policy_;
};

}  // namespace

LPC_EXPORT_PLUGIN(BackstopPlugin);
