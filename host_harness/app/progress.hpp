// A progress bar on standard error for long work; silent where that is not a terminal.
#pragma once

#include <cstddef>
#include <string>

namespace lpc::app {

class Progress {
  public:
    Progress(std::string what, bool wanted);
    ~Progress();
    void show(std::size_t done, std::size_t all);

  private:
    std::string what_;
    bool on_;
    int shown_per_mille_ = -1;
};

}  // namespace lpc::app
