// A plugin as an author writes it, but for its last line, LPC_EXPORT_PLUGIN.
#include <lpc/sdk/export.hpp>

#include <cstdint>
#include <map>

namespace {

__attribute__((constructor)) void die_when_mapped() {
    __builtin_trap();
}

class Forgetful final : public lpc::Plugin {
  public:
    static constexpr lpc::Description kDescription{
        .id = "org.example.forgetful", .version = "1", .role = LPC_ROLE_LIQUIDATOR};

    void on_price(const lpc_fact& fact) override { marks_[fact.instrument] = fact.u.price.mark; }
    void on_turn(const lpc_turn&, lpc::CommandWriter&) override {}

  private:
    std::map<std::uint32_t, std::int64_t> marks_;
};

}  // namespace

// Not exported: keeps the class and its relocations in the file.
__attribute__((used)) lpc::Plugin* make_forgetful() {
    return new Forgetful;
}
