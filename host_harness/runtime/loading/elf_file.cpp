#include "runtime/loading/elf_file.hpp"

#include <elf.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "runtime/loading/elf_bytes.hpp"

namespace lpc::runtime {
namespace {

constexpr std::uint64_t kNameBytesMax = 16384;
constexpr std::uint16_t kProgramHeadersMax = 256;
constexpr std::uint64_t kDynamicEntriesMax = 4096;

#if defined(__x86_64__)
constexpr std::uint16_t kMachine = EM_X86_64;
constexpr const char* kMachineName = "x86-64";
#elif defined(__aarch64__)
constexpr std::uint16_t kMachine = EM_AARCH64;
constexpr const char* kMachineName = "aarch64";
#else
#error "the loader knows x86-64 and aarch64"
#endif

}  // namespace

std::string in_quotes(std::string_view text) {
    constexpr std::size_t kShown = 120;
    std::string out = "'";
    for (const char c : text.substr(0, kShown)) {
        out += c >= 0x20 && c < 0x7f ? c : '?';
    }
    return out + (text.size() > kShown ? "...'" : "'");
}

Result<ElfFile> ElfFile::parse(std::vector<std::byte> bytes) {
    ElfFile file;
    file.bytes_ = std::move(bytes);
    using Step = Status (ElfFile::*)();
    constexpr std::array<Step, 5> kSteps = {&ElfFile::read_header, &ElfFile::read_segments,
                                            &ElfFile::read_dynamic, &ElfFile::read_names,
                                            &ElfFile::read_symbols};
    for (const Step step : kSteps) {
        if (Status done = (file.*step)(); !done) {
            return tl::unexpected<Error>(done.error());
        }
    }
    return file;
}

Status ElfFile::read_header() {
    if (bytes_.size() < SELFMAG || std::memcmp(bytes_.data(), ELFMAG, SELFMAG) != 0) {
        return fail("is not an ELF file");
    }
    const auto header = read_at<Elf64_Ehdr>(bytes_, 0);
    if (!header) {
        return damaged("its ELF header");
    }
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB) {
        return fail("is not a 64-bit little-endian ELF file");
    }
    if (header->e_machine != kMachine) {
        return fail("is for ELF machine " + std::to_string(header->e_machine) + ", this host is " +
                    kMachineName + " (" + std::to_string(kMachine) + ")");
    }
    if (header->e_type != ET_DYN) {
        return fail("is not a shared object (ELF type " + std::to_string(header->e_type) +
                    ", expected " + std::to_string(ET_DYN) + ")");
    }
    const std::uint8_t os = header->e_ident[EI_OSABI];
    if (header->e_ident[EI_VERSION] != EV_CURRENT || (os != ELFOSABI_SYSV && os != ELFOSABI_GNU)) {
        return fail("is not an ELF file for Linux (OS ABI " + std::to_string(os) + ")");
    }
    if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum > kProgramHeadersMax) {
        return fail("has a program header table of an unknown shape");
    }
    // Why: the dynamic loader needs no section headers, but they come last, so a file that was cut
    // off anywhere lacks them.
    const std::uint64_t sections_bytes = std::uint64_t{header->e_shnum} * header->e_shentsize;
    if (header->e_shoff > bytes_.size() || bytes_.size() - header->e_shoff < sections_bytes) {
        return damaged("its section header table");
    }
    program_headers_ = header->e_phoff;
    program_header_count_ = header->e_phnum;
    return {};
}

Status ElfFile::read_segments() {
    bool stack_told = false;
    for (std::uint64_t i = 0; i < program_header_count_; ++i) {
        if (program_headers_ > bytes_.size()) {
            return damaged("its program header table");
        }
        const auto header = read_at<Elf64_Phdr>(bytes_, program_headers_ + i * sizeof(Elf64_Phdr));
        if (!header) {
            return damaged("its program header table");
        }
        const bool from_file = header->p_type == PT_LOAD || header->p_type == PT_DYNAMIC;
        if (from_file && (header->p_offset > bytes_.size() ||
                          bytes_.size() - header->p_offset < header->p_filesz)) {
            return damaged("a segment");
        }
        if (header->p_type == PT_LOAD) {
            if (header->p_filesz > header->p_memsz ||
                header->p_vaddr > UINT64_MAX - header->p_memsz) {
                return fail("has a segment of an impossible size");
            }
            segments_.push_back({header->p_vaddr, header->p_offset, header->p_filesz});
            if ((header->p_flags & PF_W) != 0 && (header->p_flags & PF_X) != 0) {
                oddities_.emplace_back("has memory that is both writable and executable");
            }
        } else if (header->p_type == PT_DYNAMIC) {
            dynamic_offset_ = header->p_offset;
            dynamic_bytes_ = header->p_filesz;
        } else if (header->p_type == PT_GNU_STACK) {
            stack_told = (header->p_flags & PF_X) == 0;
        } else if (header->p_type == PT_TLS) {
            oddities_.emplace_back(
                "has thread-local storage, but calls into one instance come from different "
                "threads");
        }
    }
    if (!stack_told) {
        oddities_.emplace_back("asks for an executable stack (link with -z noexecstack)");
    }
    return {};
}

void ElfFile::note_dynamic_flags(std::int64_t tag, std::uint64_t value) {
    const auto note = [this](bool odd, const char* what) {
        if (odd) {
            oddities_.emplace_back(what);
        }
    };
    note(tag == DT_RPATH || tag == DT_RUNPATH,
         "brings its own library search path (RPATH or RUNPATH)");
    note(tag == DT_TEXTREL || (tag == DT_FLAGS && (value & DF_TEXTREL) != 0),
         "has relocations in its code (compile with -fPIC)");
    note(tag == DT_FLAGS_1 && (value & DF_1_INITFIRST) != 0,
         "wants to be initialised before every other library (initfirst)");
    note(tag == DT_FLAGS_1 && (value & (DF_1_GLOBAL | DF_1_INTERPOSE)) != 0,
         "wants to replace symbols of the process (global or interpose)");
    note(tag == DT_FLAGS_1 && (value & DF_1_PIE) != 0, "is an executable, not a shared object");
    note(tag == DT_AUDIT || tag == DT_DEPAUDIT || tag == DT_FILTER || tag == DT_AUXILIARY,
         "names an auditing or filtering library");
}

void ElfFile::remember(std::int64_t tag, std::uint64_t value) {
    switch (tag) {
        case DT_NEEDED:
            dynamic_.needed.push_back(value);
            break;
        case DT_SONAME:
            dynamic_.soname = value;
            break;
        case DT_STRTAB:
            dynamic_.strings = value;
            break;
        case DT_STRSZ:
            dynamic_.strings_bytes = value;
            break;
        case DT_SYMTAB:
            dynamic_.symbols = value;
            break;
        case DT_HASH:
            dynamic_.sysv_hash = value;
            break;
        case DT_GNU_HASH:
            dynamic_.gnu_hash = value;
            break;
        case DT_RELA:
            dynamic_.relocations = value;
            break;
        case DT_RELASZ:
            dynamic_.relocations_bytes = value;
            break;
        case DT_JMPREL:
            dynamic_.calls = value;
            break;
        case DT_PLTRELSZ:
            dynamic_.calls_bytes = value;
            break;
        default:
            note_dynamic_flags(tag, value);
            break;
    }
}

Status ElfFile::read_dynamic() {
    const std::uint64_t count = std::min(dynamic_bytes_ / sizeof(Elf64_Dyn), kDynamicEntriesMax);
    bool ended = false;
    for (std::uint64_t i = 0; i < count && !ended; ++i) {
        const auto entry = read_at<Elf64_Dyn>(bytes_, dynamic_offset_ + i * sizeof(Elf64_Dyn));
        if (!entry) {
            return damaged("its dynamic section");
        }
        ended = entry->d_tag == DT_NULL;
        if (!ended) {
            remember(entry->d_tag, entry->d_un.d_val);
        }
    }
    if (!ended) {
        return fail("has no dynamic section, or one without an end: not a shared library");
    }
    return {};
}

std::optional<std::span<const std::byte>> ElfFile::at(std::uint64_t address,
                                                      std::uint64_t size_bytes) const {
    for (const Segment& segment : segments_) {
        if (address < segment.address) {
            continue;
        }
        const std::uint64_t into = address - segment.address;
        if (into <= segment.size_bytes && segment.size_bytes - into >= size_bytes) {
            return std::span<const std::byte>(bytes_).subspan(segment.offset + into, size_bytes);
        }
    }
    return std::nullopt;
}

Result<std::string_view> ElfFile::name_at(std::uint64_t offset) const {
    if (offset >= strings_.size()) {
        return damaged("a name");
    }
    const std::size_t room = std::min<std::uint64_t>(strings_.size() - offset, kNameBytesMax);
    const char* const begin = reinterpret_cast<const char*>(strings_.data()) + offset;
    const void* const end = std::memchr(begin, 0, room);
    if (end == nullptr) {
        return fail("holds a name without an end, or of more than " +
                    std::to_string(kNameBytesMax) + " bytes");
    }
    return std::string_view(begin, static_cast<std::size_t>(static_cast<const char*>(end) - begin));
}

Status ElfFile::read_names() {
    const auto strings = at(dynamic_.strings, dynamic_.strings_bytes);
    if (!strings) {
        return damaged("its table of names");
    }
    strings_ = *strings;
    for (const std::uint64_t offset : dynamic_.needed) {
        const Result<std::string_view> name = name_at(offset);
        if (!name) {
            return tl::unexpected<Error>(name.error());
        }
        libraries_.push_back(*name);
    }
    if (dynamic_.soname != 0) {
        const Result<std::string_view> name = name_at(dynamic_.soname);
        if (!name) {
            return tl::unexpected<Error>(name.error());
        }
        soname_ = *name;
    }
    return {};
}

}  // namespace lpc::runtime
