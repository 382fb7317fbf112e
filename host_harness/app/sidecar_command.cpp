#include "commands.hpp"

namespace lpc::app {

int sidecar_command(const placement::SidecarOrder& order) {
    const Status ended = placement::be_sidecar(order);
    return ended ? 0 : wrong(ended.error());
}

}  // namespace lpc::app
