// gzip and zip for csv_source.hpp: every byte is checked against the format's own checksum before
// it is believed.
#define ZLIB_CONST  // zlib's input pointers are const
#include <zip.h>
#include <zlib.h>

#include <algorithm>
#include <market_data/csv_source.hpp>
#include <memory>
#include <vector>

namespace lpc::market_data {

namespace {

constexpr std::size_t kChunkBytes = 1 << 16;

struct Limits {
    const std::string& name;
    std::uint64_t bytes_max;
};

Status append(std::string& text, const char* bytes, std::size_t count, const Limits& limits) {
    if (count > limits.bytes_max - text.size()) {
        return fail(limits.name + ": found more behind the compression, expected at most " +
                    std::to_string(limits.bytes_max) + " bytes");
    }
    text.append(bytes, count);
    return {};
}

tl::unexpected<Error> bad_gzip(const Limits& limits, const char* why) {
    return fail(limits.name + ": found a corrupted gzip file (" + why +
                "), expected one that is whole");
}

class Inflater {
  public:
    Inflater() : good_(inflateInit2(&stream_, 15 + 16) == Z_OK) {}
    ~Inflater() {
        if (good_) inflateEnd(&stream_);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    bool good() const { return good_; }
    z_stream& stream() { return stream_; }

  private:
    z_stream stream_{};
    bool good_;
};

Result<std::string> gunzip(std::string_view bytes, const Limits& limits) {
    Inflater inflater;
    if (!inflater.good()) return bad_gzip(limits, "no memory");
    z_stream& stream = inflater.stream();
    std::string text;
    std::vector<char> chunk(kChunkBytes);
    int state = Z_OK;
    for (;;) {
        if (stream.avail_in == 0) {  // zlib counts input in 32 bits
            const std::size_t size = std::min(bytes.size(), std::size_t{1} << 30);
            stream.next_in = reinterpret_cast<const Bytef*>(bytes.data());
            stream.avail_in = static_cast<uInt>(size);
            bytes.remove_prefix(size);
        }
        if (state == Z_STREAM_END) {
            if (stream.avail_in == 0) return text;
            inflateReset(&stream);  // gzip members follow each other
        }
        stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
        stream.avail_out = static_cast<uInt>(chunk.size());
        state = inflate(&stream, Z_NO_FLUSH);
        // Why: there is room for output, so only missing input can stop it.
        if (state == Z_BUF_ERROR) return bad_gzip(limits, "it ends too early");
        if (state != Z_OK && state != Z_STREAM_END) {
            return bad_gzip(limits, stream.msg != nullptr ? stream.msg : "not readable");
        }
        const std::size_t got = chunk.size() - stream.avail_out;
        if (const Status status = append(text, chunk.data(), got, limits); !status) {
            return tl::make_unexpected(status.error());
        }
    }
}

struct DiscardZip {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseEntry {
    void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};

tl::unexpected<Error> bad_zip(const Limits& limits, const char* why) {
    return fail(limits.name + ": found a corrupted zip file (" + why +
                "), expected one that is whole");
}

Result<std::string> unzip(std::string_view bytes, const Limits& limits) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    zip_t* opened = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
    if (opened == nullptr) {
        if (source != nullptr) zip_source_free(source);
        auto failure = bad_zip(limits, zip_error_strerror(&error));
        zip_error_fini(&error);
        return failure;
    }
    zip_error_fini(&error);
    const std::unique_ptr<zip_t, DiscardZip> archive(opened);
    if (const zip_int64_t count = zip_get_num_entries(opened, 0); count != 1) {
        return fail(limits.name + ": found a zip file with " + std::to_string(count) +
                    " entries, expected one entry");
    }
    const std::unique_ptr<zip_file_t, CloseEntry> entry(zip_fopen_index(opened, 0, 0));
    if (!entry) return bad_zip(limits, zip_strerror(opened));
    std::string text;
    std::vector<char> chunk(kChunkBytes);
    for (;;) {
        const zip_int64_t got = zip_fread(entry.get(), chunk.data(), chunk.size());
        if (got < 0) return bad_zip(limits, zip_file_strerror(entry.get()));
        if (got == 0) return text;
        if (const Status status = append(text, chunk.data(), static_cast<std::size_t>(got), limits);
            !status) {
            return tl::make_unexpected(status.error());
        }
    }
}

}  // namespace

Result<std::string> decompressed(std::string bytes, const std::string& name,
                                 std::uint64_t bytes_max) {
    const std::string_view view = bytes;
    const Limits limits{name, bytes_max};
    if (view.substr(0, 2) == "\x1f\x8b") return gunzip(view, limits);
    if (view.substr(0, 4) == "PK\x03\x04" || view.substr(0, 4) == "PK\x05\x06") {
        return unzip(view, limits);
    }
    return bytes;
}

}  // namespace lpc::market_data
