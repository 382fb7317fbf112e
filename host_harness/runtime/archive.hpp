// What a snapshot is made of: each class lists its fields once, in archive(), for saving and
// loading alike. Little-endian, no padding. A Loader never reads beyond its bytes: what is cut or
// too large makes it fail, and from then on it leaves everything as it is.
#pragma once

#include <lpc/plugin.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace lpc::runtime {

// Numbers, enumerations and facts: their bytes as they stand.
template <class T>
concept Plain = std::is_integral_v<T> || std::is_enum_v<T> || std::is_same_v<T, lpc_fact> ||
    std::is_same_v<T, lpc_command>;

class Saver {
  public:
    static constexpr bool loads = false;

    template <class... T>
    void operator()(const T&... values) {
        (save(values), ...);
    }
    std::vector<std::byte> take() { return std::move(bytes_); }

  private:
    template <Plain T>
    void save(const T& value) {
        const auto bytes = std::as_bytes(std::span<const T, 1>(&value, 1));
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    template <class A, class B>
    void save(const std::pair<A, B>& pair) {
        (*this)(pair.first, pair.second);
    }
    template <class... T>
    void save(const std::tuple<T...>& tuple) {
        std::apply([this](const T&... values) { (*this)(values...); }, tuple);
    }
    template <class T>
    requires requires(const T& range) { range.size(), range.begin(); }
    void save(const T& range) {
        save(static_cast<std::uint64_t>(range.size()));
        for (const auto& value : range) save(value);
    }
    // Why the cast: one archive() serves both ways; a Saver changes nothing.
    template <class T>
    requires requires(T& value, Saver& saver) { value.archive(saver); }
    void save(const T& value) { const_cast<T&>(value).archive(*this); }

    std::vector<std::byte> bytes_;
};

class Loader {
  public:
    static constexpr bool loads = true;

    explicit Loader(std::span<const std::byte> bytes) : rest_(bytes) {}

    template <class... T>
    void operator()(T&... values) {
        (load(values), ...);
    }
    // For what a field's type does not say.
    void check(bool right) { ok_ = ok_ && right; }
    bool ok() const { return ok_; }
    bool at_end() const { return rest_.empty(); }

  private:
    template <Plain T>
    void load(T& value) {
        check(rest_.size() >= sizeof value);
        if (!ok_) return;
        if constexpr (std::is_same_v<T, bool>) {
            check(rest_[0] <= std::byte{1});
            value = rest_[0] == std::byte{1};
        } else {
            std::memcpy(&value, rest_.data(), sizeof value);
            if constexpr (std::is_same_v<T, lpc_fact>) check(value.kind < LPC_FACT_KINDS);
        }
        rest_ = rest_.subspan(sizeof value);
    }
    template <class A, class B>
    void load(std::pair<A, B>& pair) {
        (*this)(pair.first, pair.second);
    }
    template <class... T>
    void load(std::tuple<T...>& tuple) {
        std::apply([this](T&... values) { (*this)(values...); }, tuple);
    }
    template <class T, std::size_t count>
    void load(std::array<T, count>& array) {
        std::uint64_t size = 0;
        load(size);
        check(size == count);
        for (T& value : array) load(value);
    }
    template <class T>
    requires requires(const T& range) { range.size(), range.begin(); }
    void load(T& range) {
        std::uint64_t size = 0;
        load(size);
        range.clear();
        for (std::uint64_t i = 0; i < size && ok_; ++i) {
            Element<T> value{};
            load(value);
            if (ok_) range.insert(range.end(), std::move(value));
        }
        check(range.size() == size);  // a key twice
    }
    template <class T>
    requires requires(T& value, Loader& loader) { value.archive(loader); }
    void load(T& value) {
        if (ok_) value.archive(*this);
    }

    // A map's element with a key that can be written.
    template <class T, class = void>
    struct ElementOf {
        using type = typename T::value_type;
    };
    template <class T>
    struct ElementOf<T, std::void_t<typename T::mapped_type>> {
        using type = std::pair<typename T::key_type, typename T::mapped_type>;
    };
    template <class T>
    using Element = typename ElementOf<T>::type;

    std::span<const std::byte> rest_;
    bool ok_ = true;
};

}  // namespace lpc::runtime
