#include "case.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kWorld = 1000, kParameter = 1001 };

// Each parameter stays, or is anywhere in its range, small numbers as likely as large ones.
std::vector<std::pair<std::uint64_t, std::int64_t>> any_parameters(const lpc_plugin& table,
                                                                   std::uint64_t seed) {
    std::vector<std::pair<std::uint64_t, std::int64_t>> values;
    for (std::uint64_t i = 0; i < table.param_count; ++i) {
        const lpc_param& p = table.params[i];
        Draw d{seed, kParameter, p.id};
        if (d.permille(500)) continue;
        const auto range = static_cast<std::uint64_t>(p.max) - static_cast<std::uint64_t>(p.min);
        const std::uint64_t offset = d.next() >> d.below(64);
        const std::uint64_t value = static_cast<std::uint64_t>(p.min) +
                                    (range == UINT64_MAX ? offset : offset % (range + 1));
        values.emplace_back(p.id, static_cast<std::int64_t>(value));
    }
    return values;
}

}  // namespace

const runtime::PluginImage& Subject::image() const {
    if (image_ != nullptr) return *image_;
    const auto cache = runtime::PluginCache::open(cache_folder_);
    if (!cache) throw Breach(kMapped, cache.error().message);
    auto loaded = runtime::PluginLibrary::load(file_, *cache);
    if (!loaded) throw Breach(kTable, loaded.error().message);
    image_ = std::move(*loaded);
    return *image_;
}

std::vector<WorldOptions> Subject::worlds(bool refusals) const {
    std::vector<WorldOptions> all;
    for (std::uint64_t i = 0; i < pick(4u, 1u); ++i) {
        WorldOptions options;
        options.seed = seed(kWorld + i);
        options.accounts = pick(16u, 10u);
        options.refusals = refusals;
        if (i > 0) options.params = any_parameters(table(), options.seed);
        all.push_back(std::move(options));
    }
    return all;
}

std::span<const Case> all_cases() {
    static const std::vector<Case> cases = [] {
        std::vector<Case> made;
        add_loading_cases(made);
        add_output_cases(made);
        add_carried_cases(made);
        add_determinism_cases(made);
        add_locality_cases(made);
        add_fact_cases(made);
        add_patience_cases(made);
        add_following_cases(made);
        add_transfer_cases(made);
        add_migration_cases(made);
        add_refusal_cases(made);
        return made;
    }();
    return cases;
}

Note note_of(const std::vector<Life>& lives) {
    std::size_t turns = 0, commands = 0;
    for (const Life& life : lives) {
        turns += life.size();
        for (const Beat& beat : life) commands += beat.commands.size();
    }
    return {std::to_string(commands) + " commands in " + std::to_string(turns) + " turns"};
}

}  // namespace lpc::judge
