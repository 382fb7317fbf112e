// The margin policy behind the plugin ABI: role risk, nothing to save, since it decides from the
// facts alone.
#include <lpc/sdk/export.hpp>

#include "policy.hpp"

namespace {

class MarginPlugin final : public lpc::Plugin {
  public:
    static constexpr lpc::Description kDescription{.id = "org.lpc.margin",
                                                   .version = "0.1.0",
                                                   .role = LPC_ROLE_RISK,
                                                   .params = lpc::margin::kParameters};

    void on_param(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_asset(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_instrument(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_tier(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_price(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_account(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_balance(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_position(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_margin(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_levels(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_closeout(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_refused(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_detach(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_resync(const lpc_fact& fact) override { policy_.tell(fact); }
    void on_turn(const lpc_turn& turn, lpc::CommandWriter& out) override {
        policy_.turn(turn, out);
    }

  private:
    lpc::margin::Policy policy_;
};

}  // namespace

LPC_EXPORT_PLUGIN(MarginPlugin);
