// Loads, though it has a template's static: one object for all versions of the plugin, were it not
// built by lpc_add_plugin().
#define GOOD_FILE
#define HARMLESS_WHEN_MAPPED
#define GOOD_TURN remember
#include <string>
#include <vector>

#include "good_table.h"

template <class T>
struct Shared {
    static inline std::vector<T> all;
};

static lpc_status remember(lpc_instance*, const lpc_turn* turn, lpc_output*) {
    Shared<std::string>::all.push_back(std::to_string(turn->seq));
    return LPC_OK;
}

const lpc_plugin lpc_plugin_v0 = {GOOD_FIELDS};
