#include "judge.hpp"

#include <algorithm>
#include <map>
#include <new>
#include <utility>

#include "child.hpp"

namespace lpc::judge {
namespace {

// What a case's process says, before it is set beside the others.
struct Finding {
    Verdict verdict = Verdict::success;
    std::string about;  // the case whose rule was broken, if it is another one
    std::string detail, id, version;
};

// The fields as text, each ended by a 0.
std::string packed(const Finding& finding) {
    std::string text;
    for (const std::string& field : {std::to_string(static_cast<int>(finding.verdict)),
                                     finding.about, finding.detail, finding.id, finding.version}) {
        text += field.substr(0, field.find('\0'));
        text += '\0';
    }
    return text;
}

Finding unpacked(const std::string& text) {
    std::vector<std::string> fields;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\0', at), text.size());
        fields.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    fields.resize(5);
    const int verdict = fields[0].size() == 1 ? fields[0][0] - '0' : -1;
    if (verdict < 0 || verdict > static_cast<int>(Verdict::warning))
        return {Verdict::crashed, {}, "it spoiled what the judge's process had to say", {}, {}};
    return {static_cast<Verdict>(verdict), fields[1], fields[2], fields[3], fields[4]};
}

// In the case's own process.
Finding judged(const Case& one, const Subject& subject) {
    Finding finding;
    try {
        const Note note = one.judge(subject);
        finding.detail = note.detail;
        if (note.warning) finding.verdict = Verdict::warning;
        if (one.name == kTable) {
            finding.id = subject.image().id;
            finding.version = subject.image().version;
        }
    } catch (const Breach& breach) {
        finding.verdict = Verdict::failed;
        finding.detail = breach.what();
        if (breach.case_name() != one.name) finding.about = breach.case_name();
    } catch (const NotJudged& why) {
        finding.verdict = Verdict::skipped;
        finding.detail = why.what();
    } catch (const std::bad_alloc&) {
        finding.verdict = Verdict::crashed;
        finding.detail =
            "used more memory than " + std::to_string(subject.limits().memory_bytes >> 20) + " MiB";
    } catch (const std::exception& other) {
        finding.verdict = Verdict::crashed;
        finding.detail = other.what();
    }
    return finding;
}

bool broken(const std::map<std::string, Finding, std::less<>>& found, std::string_view name) {
    const auto it = found.find(name);
    return it != found.end() && it->second.about.empty() &&
           (it->second.verdict == Verdict::failed || it->second.verdict == Verdict::crashed);
}

Finding run(const Case& one, const Subject& subject) {
    const ChildEnd end = in_child(subject.limits(), [&] { return packed(judged(one, subject)); });
    if (!end.trouble.empty()) return {Verdict::crashed, {}, "it " + end.trouble, {}, {}};
    return unpacked(end.said);
}

// Skipped if a case that it needs is broken, or was not judged for such a reason.
std::string_view missing_need(const Case& one,
                              const std::map<std::string, Finding, std::less<>>& found,
                              const std::map<std::string_view, std::string_view>& skipped_for) {
    for (const std::string_view need : one.needs) {
        if (broken(found, need)) return need;
        const auto it = skipped_for.find(need);
        if (it != skipped_for.end()) return it->second;
    }
    return {};
}

// A breach of another case's rule is that case's to report; if it did not meet it, this one does.
void settle_foreign(std::map<std::string, Finding, std::less<>>& found) {
    for (auto& [name, finding] : found) {
        if (finding.about.empty()) continue;
        if (broken(found, finding.about)) {
            finding.verdict = Verdict::skipped;
            finding.detail = "stopped by a breach of " + finding.about + ": " + finding.detail;
        } else {
            finding.detail = "breach of " + finding.about + ": " + finding.detail;
        }
    }
}

std::string case_names() {
    std::string names;
    for (const Case& one : all_cases())
        names += (names.empty() ? "" : ", ") + std::string(one.name);
    return names;
}

std::map<std::string, Finding, std::less<>> find_all(const Subject& subject,
                                                     const Options& options) {
    std::map<std::string, Finding, std::less<>> found;
    std::map<std::string_view, std::string_view> skipped_for;
    for (const Case& one : all_cases()) {
        if (!options.only.empty() && one.name != options.only) continue;
        if (options.on_case) options.on_case(std::string(one.name));
        const std::string_view missing = missing_need(one, found, skipped_for);
        if (!missing.empty()) {
            skipped_for.emplace(one.name, missing);
            found[std::string(one.name)] = {Verdict::skipped,
                                            {},
                                            "says nothing while " + std::string(missing) + " fails",
                                            {},
                                            {}};
            continue;
        }
        found[std::string(one.name)] = run(one, subject);
    }
    settle_foreign(found);
    return found;
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
    switch (verdict) {
        case Verdict::success:
            return "success";
        case Verdict::failed:
            return "failed";
        case Verdict::crashed:
            return "crashed";
        case Verdict::skipped:
            return "skipped";
        case Verdict::warning:
            return "warning";
    }
    return "";
}

Result<Report> judge(const std::filesystem::path& file, const Options& options) {
    const auto cases = all_cases();
    if (!options.only.empty() && std::none_of(cases.begin(), cases.end(), [&](const Case& one) {
            return one.name == options.only;
        }))
        return fail("--only: found '" + options.only + "', expected one of: " + case_names());
    const auto cache = runtime::PluginCache::open(options.cache_folder);
    if (!cache) return tl::unexpected<Error>(cache.error());
    const auto copy = cache->keep(file);
    if (!copy) return fail_in("plugin file " + file.string(), copy.error());

    Report report;
    report.file = file.string();
    report.sha256 = copy->sha256;
    const Subject subject(file, options.cache_folder, options.seed, options.quick, options.limits);
    const auto found = find_all(subject, options);
    for (const Case& one : cases) {
        const auto it = found.find(one.name);
        if (it == found.end()) continue;
        const Finding& finding = it->second;
        report.cases.push_back(
            {std::string(one.name), std::string(one.rule), finding.verdict, finding.detail});
        if (finding.verdict == Verdict::failed || finding.verdict == Verdict::crashed)
            ++report.failed;
        if (!finding.id.empty()) {
            report.id = finding.id;
            report.version = finding.version;
        }
    }
    return report;
}

}  // namespace lpc::judge
