#include "runtime/loading/plugin_file.hpp"

#include <elf.h>
#include <lpc/plugin.h>

#include <cstring>
#include <string>
#include <string_view>

#include "runtime/loading/import_rules.hpp"
#include "runtime/loading/plugin_table.hpp"

namespace lpc::runtime {
namespace {

constexpr std::string_view kSymbolStem = "lpc_plugin_v";

// "1" of lpc_plugin_v1; empty if the name is not one of a plugin table.
std::string_view major_of(std::string_view name) {
    if (!name.starts_with(kSymbolStem)) {
        return {};
    }
    const std::string_view digits = name.substr(kSymbolStem.size());
    return digits.find_first_not_of("0123456789") == std::string_view::npos ? digits
                                                                            : std::string_view{};
}

bool is_exported(const ElfSymbol& symbol) {
    return symbol.defined && symbol.binding != STB_LOCAL;
}

const ElfSymbol* find_table(const ElfFile& file) {
    for (const ElfSymbol& symbol : file.symbols()) {
        if (is_exported(symbol) && symbol.name == kTableSymbol) {
            return &symbol;
        }
    }
    return nullptr;
}

Status judge_no_table(const ElfFile& file) {
    for (const ElfSymbol& symbol : file.symbols()) {
        const std::string_view major = major_of(symbol.name);
        if (is_exported(symbol) && !major.empty()) {
            return fail("speaks major version " + std::string(major) + " of the plugin ABI (" +
                        in_quotes(symbol.name) + "), this host speaks " +
                        std::to_string(LPC_ABI_MAJOR) + " (" + in_quotes(kTableSymbol) + ")");
        }
    }
    return fail("exports no symbol " + in_quotes(kTableSymbol) +
                ": not a plugin, or its source does not end with LPC_EXPORT_PLUGIN(Class)");
}

Status judge_exports(const ElfFile& file) {
    const ElfSymbol* const table = find_table(file);
    if (table == nullptr) {
        return judge_no_table(file);
    }
    for (const ElfSymbol& symbol : file.symbols()) {
        if (is_exported(symbol) && symbol.binding == STB_GNU_UNIQUE) {
            return fail("exports " + in_quotes(symbol.name) +
                        ", which two versions of the plugin would share (compile with "
                        "-fno-gnu-unique)");
        }
    }
    for (const ElfSymbol& symbol : file.symbols()) {
        if (is_exported(symbol) && &symbol != table) {
            return fail("exports " + in_quotes(symbol.name) + " besides " +
                        in_quotes(kTableSymbol) + ", expected that one symbol only");
        }
    }
    if (table->type != STT_OBJECT || table->binding != STB_GLOBAL) {
        return fail("exports " + in_quotes(kTableSymbol) + ", but not as a global constant");
    }
    if (table->size_bytes < kTableBytesMin) {
        return fail("exports " + in_quotes(kTableSymbol) + " of " +
                    std::to_string(table->size_bytes) + " bytes, expected at least " +
                    std::to_string(kTableBytesMin));
    }
    return {};
}

Status judge_libraries(const ElfFile& file) {
    for (const std::string_view library : file.libraries()) {
        const std::string_view why = library_refusal(library);
        if (!why.empty()) {
            return fail("wants the library " + in_quotes(library) + ", which " + std::string(why));
        }
    }
    // Why: the dynamic loader takes a mapped file of that name for the library itself.
    if (file.soname().find('/') != std::string_view::npos ||
        (!file.soname().empty() && library_refusal(file.soname()).empty())) {
        return fail("calls itself " + in_quotes(file.soname()) +
                    " (SONAME), the name of another library");
    }
    return {};
}

Status judge_imports(const ElfFile& file) {
    for (const ElfSymbol& symbol : file.symbols()) {
        const std::string_view why =
            symbol.defined ? std::string_view{} : import_refusal(symbol.name);
        if (!why.empty()) {
            return fail("imports " + in_quotes(symbol.name) + ", which " + std::string(why));
        }
    }
    return {};
}

// The numbers at the table's beginning are plain bytes of the file, not addresses: they can be read
// without mapping it.
Status judge_head(const ElfFile& file) {
    const ElfSymbol* const symbol = find_table(file);
    const auto bytes = file.at(symbol->address, symbol->size_bytes);
    if (!bytes) {
        return fail("exports " + in_quotes(kTableSymbol) + ", but its bytes are not in the file");
    }
    lpc_plugin head{};
    std::memcpy(&head, bytes->data(), kTableBytesMin);
    if (head.struct_size > symbol->size_bytes) {
        return fail("has " + std::string(kTableSymbol) + ".struct_size " +
                    std::to_string(head.struct_size) + ", but the symbol has " +
                    std::to_string(symbol->size_bytes) + " bytes");
    }
    return judge_table_head(head);
}

}  // namespace

Status judge_file(const ElfFile& file) {
    if (Status done = judge_exports(file); !done) {
        return done;
    }
    if (Status done = judge_libraries(file); !done) {
        return done;
    }
    if (!file.oddities().empty()) {
        return fail(file.oddities().front());
    }
    if (Status done = judge_imports(file); !done) {
        return done;
    }
    return judge_head(file);
}

}  // namespace lpc::runtime
