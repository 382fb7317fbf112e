// What a run that was cut short has journaled. The run goes through it once more from its
// beginning, and each record must come again as it stands there, before anything new is written:
// so the engine stands where it stood, and whatever had left a port leaves with the same id. Engine
// thread only; owns the reader.
#pragma once

#include <memory>
#include <optional>

#include <runtime/input.hpp>

#include "reader.hpp"

namespace lpc::journal {

class Past {
  public:
    // Of the journal that this writer continues, up to where it does.
    [[nodiscard]] static Result<std::unique_ptr<Past>> open(std::shared_ptr<io::Folder> folder,
                                                            const Writer& writer);

    bool over() const { return done_ == last_; }
    std::uint64_t last_sequence() const { return last_; }
    // The next record, which must be this one. An error names it and what came instead.
    [[nodiscard]] Status expect(std::uint16_t type, std::span<const std::byte> payload);
    // What comes next if it is an operator's doing (follow, step, hold), which no scenario repeats
    // by itself.
    std::optional<runtime::Input> operators_next() const;

  private:
    Past(Reader reader, std::uint64_t last) : reader_(std::move(reader)), last_(last) {}
    Status advance();

    Reader reader_;
    Record next_;
    std::uint64_t done_ = 0;
    std::uint64_t last_;
};

}  // namespace lpc::journal
