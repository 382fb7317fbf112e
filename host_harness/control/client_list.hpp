// The clients that may speak to the host: a text file with lines "ROLE NAME KEY" (viewer, operator
// or approver; a name; a CURVE public key), read again whenever it changes. A wrong line admits
// nobody; a file that cannot be read admits nobody at all. One thread; looks at the disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "control/order.hpp"
#include "foundation/status.hpp"

namespace lpc::control {

inline constexpr std::size_t kClientsMax = 1024;

class ClientList {
  public:
    // At the start every line must be right.
    [[nodiscard]] static Result<ClientList> open(const std::string& path);

    // Reads the file again if it is not the one that was read last.
    struct Change {
        bool removed = false;            // somebody was there before and is not any more
        std::vector<std::string> wrong;  // a sentence for each line (or the file) that is wrong
    };
    [[nodiscard]] Change refresh();

    [[nodiscard]] std::optional<Caller> find(const std::string& key) const;

  private:
    struct Stamp {
        std::uint64_t device = 0, inode = 0, bytes = 0;
        std::int64_t modified_ns = 0, changed_ns = 0;
        bool operator==(const Stamp&) const = default;
    };

    explicit ClientList(std::string path) : path_(std::move(path)) {}
    static Stamp stamp_of(const std::string& path);
    std::vector<std::string> read();
    std::optional<std::string> take_line(std::size_t number, const std::vector<std::string>& words);

    std::string path_;
    Stamp stamp_;
    std::map<std::string, Caller> by_key_;
};

}  // namespace lpc::control
