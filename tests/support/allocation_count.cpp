#include "support/allocation_count.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define COUNTED_BY_THE_SANITIZER
#include <sanitizer/allocator_interface.h>
#endif
#endif

namespace {

std::atomic<std::uint64_t> g_count{0};

// Why: clang's thread sanitizer brings operators of its own, which cannot be defined twice.
#ifdef COUNTED_BY_THE_SANITIZER
const int g_hooked = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t) { g_count.fetch_add(1, std::memory_order_relaxed); },
    [](const volatile void*) {});
#else

void* allocate(std::size_t bytes, std::size_t alignment) {
    g_count.fetch_add(1, std::memory_order_relaxed);
    const std::size_t whole = (bytes / alignment + 1) * alignment;
    if (void* memory = std::aligned_alloc(alignment, whole)) return memory;
    throw std::bad_alloc();
}
#endif

}  // namespace

std::uint64_t lpc::test::allocation_count() {
    return g_count.load(std::memory_order_relaxed);
}

#ifndef COUNTED_BY_THE_SANITIZER
void* operator new(std::size_t bytes) {
    return allocate(bytes, alignof(std::max_align_t));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return allocate(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}
#endif
