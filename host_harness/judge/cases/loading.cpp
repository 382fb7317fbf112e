// The loader's checks of the file and its table, told as cases. The first two read bytes only.
#include <runtime/loading/elf_file.hpp>
#include <runtime/loading/plugin_cache.hpp>
#include <runtime/loading/plugin_file.hpp>

#include "case.hpp"

namespace lpc::judge {
namespace {

runtime::ElfFile parse(const Subject& subject) {
    const auto cache = runtime::PluginCache::open(subject.cache_folder());
    if (!cache) throw Breach(kParsed, cache.error().message);
    auto copy = cache->keep(subject.file());
    if (!copy) throw Breach(kParsed, copy.error().message);
    auto file = runtime::ElfFile::parse(std::move(copy->bytes));
    if (!file) throw Breach(kParsed, "the file " + file.error().message);
    return std::move(*file);
}

Note parsed(const Subject& subject) {
    const runtime::ElfFile file = parse(subject);
    return {std::to_string(file.symbols().size()) + " dynamic symbols"};
}

Note keeps_rules(const Subject& subject) {
    const runtime::ElfFile file = parse(subject);
    if (const Status kept = runtime::judge_file(file); !kept)
        throw Breach(kRules, "the file " + kept.error().message);
    return {"one exported symbol, allowed libraries and imports only"};
}

// Mapping comes before the table is judged: that the table is wrong shows that it was mapped.
Note mapped(const Subject& subject) {
    try {
        (void)subject.image();
    } catch (const Breach& breach) {
        const std::string what = breach.what();
        if (what.find("cannot be mapped") != std::string::npos) throw Breach(kMapped, what);
    }
    return {};
}

Note table_sound(const Subject& subject) {
    const lpc_plugin& table = subject.table();
    return {std::to_string(table.param_count) + " parameters, " +
            (table.state_id == nullptr ? std::string("nothing to save")
                                       : "state " + std::string(table.state_id))};
}

}  // namespace

void add_loading_cases(std::vector<Case>& cases) {
    cases.push_back({kParsed, "load: a whole shared object of this machine", {}, parsed});
    cases.push_back({kRules,
                     "load: exports one symbol; no libraries, imports or powers but those allowed",
                     {kParsed},
                     keeps_rules});
    cases.push_back({kMapped, "load: the dynamic loader takes it", {kRules}, mapped});
    cases.push_back({kTable,
                     "load: the table is complete, bounded and free of contradictions",
                     {kMapped},
                     table_sound});
}

}  // namespace lpc::judge
