// judge FILE.so: one running close-out, and the laws that the plugin breaks along it; exit 0 if
// there is none and it sent an order.
#include <lpc/sdk/plugin.hpp>
#include <lpc/testing/lifecycle.hpp>
#include <lpc/testing/plugin_file.hpp>

#include <cstdio>

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const lpc_plugin& table = lpc::testing::open_plugin(argv[1]);
    lpc::testing::Script script(4);
    script[0].facts = {
        lpc::testing::fact({.account = 3, .instrument = 1}, lpc_fact_position{100, 0, 0, 0, 0}),
        lpc::testing::fact({.account = 3, .instrument = 1, .code = LPC_CLOSEOUT_RUNNING},
                           lpc_fact_closeout{0, 90, 95, 0}),
        lpc::testing::fact({.account = 3, .instrument = 1}, lpc_fact_budget{60, 0})};
    for (const std::string& law : lpc::testing::broken_laws(table, script)) {
        std::printf("%s\n", law.c_str());
        return 1;
    }
    return lpc::testing::live(table, script).turns[0].commands.size() == 1 ? 0 : 1;
}
