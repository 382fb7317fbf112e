// The way in which one plugin file is broken; the rest of it is the same in all of them.
#include <string_view>

namespace lpc::model {

bool broken(std::string_view way) {
    return way == LPC_BROKEN;
}

}  // namespace lpc::model
