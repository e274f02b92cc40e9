# SPDX-License-Identifier: MIT
# Options, and the compiler flags of our own targets. Nothing here is global: Tenon may be used with
# add_subdirectory() without changing its host.

option(TENON_TOOL "Build the program 'tenon' and libtenon-tool" ON)
option(TENON_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(TENON_EXAMPLES "Build the examples" ${PROJECT_IS_TOP_LEVEL})
option(TENON_BENCH "Build the benchmarks" OFF)
option(TENON_WERROR "Treat warnings as errors" OFF)
set(TENON_SANITIZE "" CACHE STRING "Sanitizers for everything, such as address,undefined or thread")
option(TENON_COVERAGE "Instrument for gcov" OFF)
option(TENON_FUZZ "Build the fuzz targets with libFuzzer (clang)" OFF)

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(Threads REQUIRED)
include(TenonSqlite)

option(TENON_POSTGRES "Build the PostgreSQL driver" ON)
if(TENON_POSTGRES)
    find_path(TENON_LIBPQ_INCLUDE_DIR libpq-fe.h PATH_SUFFIXES postgresql)
    if(NOT TENON_LIBPQ_INCLUDE_DIR)
        message(FATAL_ERROR "tenon: no libpq-fe.h (Debian: libpq-dev); or -DTENON_POSTGRES=OFF")
    endif()
endif()

# Warnings, language level and instrumentation for a target of ours.
function(tenon_target_flags target)
    set_target_properties(${target} PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF
        C_VISIBILITY_PRESET hidden)
    target_compile_definitions(${target} PRIVATE _POSIX_C_SOURCE=200809L)
    target_compile_options(${target} PRIVATE
        -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes
        -Wold-style-definition -Wwrite-strings -Wpointer-arith -Wcast-qual -Wundef -Wvla -Wformat=2
        -Wimplicit-fallthrough -Wnull-dereference -Wdouble-promotion -Wconversion -fno-common
        $<$<C_COMPILER_ID:GNU>:-Wlogical-op -Wduplicated-cond -Wduplicated-branches>
        $<$<BOOL:${TENON_WERROR}>:-Werror>)
    if(TENON_SANITIZE)
        target_compile_options(${target} PRIVATE -fsanitize=${TENON_SANITIZE}
            -fno-sanitize-recover=all -fno-omit-frame-pointer)
        target_link_options(${target} PUBLIC -fsanitize=${TENON_SANITIZE})
    endif()
    if(TENON_FUZZ)
        target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
    endif()
    if(TENON_COVERAGE)
        target_compile_options(${target} PRIVATE --coverage)
        target_link_options(${target} PUBLIC --coverage)
    endif()
endfunction()
