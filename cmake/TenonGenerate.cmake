# SPDX-License-Identifier: MIT
#
#   tenon_generate(TARGET [CONFIG FILE] [OUT DIR] [EMBED])
#
# Checks the queries of a project and compiles the C that is made of them into TARGET, as a part of
# the build: a changed migration, query or setting, and a new file in one of their folders, is seen by
# the next build. A query that does not fit the schema stops it.
#
#   CONFIG  the project's tenon.ini; default: tenon.ini in the current source folder, if there is one.
#           Its folder is where the paths in it begin
#   OUT     folder of the generated files; default: in the build tree. It is an include folder of
#           TARGET, whose sources say #include "tasks.tenon.h"
#   EMBED   compile the migrations in, too: #include "TARGET_migrations.h", named after the target,
#           declares the set that tn_migrate() takes: PREFIX_migrations, with the prefix of [generate]
#
# TARGET must link tenon::tenon or tenon::tenon-static; it may be a library that others link, which see
# the headers if OUT is one of its public include folders. Call it once per target.

cmake_policy(PUSH)
cmake_policy(SET CMP0116 NEW) # the depfile's paths are made to fit the generator

# Every source of the target, and of those of its folder that link it, may include generated headers,
# whose names are known only when they are there: so each is compiled anew after the file that changes
# with any of them.
function(_tenon_generate_depends target state)
    _tenon_sources_depend(${target} "${state}")
    get_property(others DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
    foreach(other IN LISTS others)
        get_target_property(libraries ${other} LINK_LIBRARIES)
        if("${target}" IN_LIST libraries)
            _tenon_sources_depend(${other} "${state}")
        endif()
    endforeach()
endfunction()

function(_tenon_sources_depend target state)
    get_target_property(sources ${target} SOURCES)
    get_target_property(dir ${target} SOURCE_DIR)
    foreach(source IN LISTS sources)
        if(source MATCHES "^\\$<")
            continue()
        endif()
        get_filename_component(path "${source}" ABSOLUTE BASE_DIR "${dir}")
        if(path MATCHES "\\.(c|cc|cpp|cxx)$" AND NOT path STREQUAL state AND
           NOT path MATCHES "_migrations\\.c$")
            set_property(SOURCE "${path}" TARGET_DIRECTORY ${target}
                APPEND PROPERTY OBJECT_DEPENDS "${state}")
        endif()
    endforeach()
endfunction()

function(tenon_generate target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "EMBED" "CONFIG;OUT" "")
    if(arg_UNPARSED_ARGUMENTS OR arg_KEYWORDS_MISSING_VALUES)
        message(FATAL_ERROR "tenon_generate: cannot read "
            "'${arg_UNPARSED_ARGUMENTS}${arg_KEYWORDS_MISSING_VALUES}'; "
            "it is tenon_generate(TARGET [CONFIG FILE] [OUT DIR] [EMBED])")
    endif()
    if(NOT TARGET ${target})
        message(FATAL_ERROR "tenon_generate: there is no target '${target}'")
    endif()

    set(config_flags)
    set(project_dir "${CMAKE_CURRENT_SOURCE_DIR}")
    if(arg_CONFIG)
        get_filename_component(config "${arg_CONFIG}" ABSOLUTE)
        if(NOT EXISTS "${config}")
            message(FATAL_ERROR "tenon_generate: there is no file '${config}'")
        endif()
        get_filename_component(project_dir "${config}" DIRECTORY)
        set(config_flags --config "${config}")
    endif()
    set(out "${CMAKE_CURRENT_BINARY_DIR}/tenon/${target}")
    if(arg_OUT)
        get_filename_component(out "${arg_OUT}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_BINARY_DIR}")
    endif()

    set(embedded)
    set(embed_command)
    if(arg_EMBED)
        set(embedded "${out}/${target}_migrations.c")
        set(embed_command COMMAND tenon::tool migrate embed --quiet ${config_flags}
            --output "${embedded}")
    endif()

    # One source includes all others, so that the list of files need not be known here. It changes
    # whenever one of them does; the stamp says when the tool ran last.
    set(all "${out}/${target}_queries.c")
    set(stamp "${CMAKE_CURRENT_BINARY_DIR}/tenon/${target}.stamp")
    file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/tenon") # OUT may be elsewhere
    if(CMAKE_GENERATOR MATCHES "Makefiles")
        # Their first build after CMake has run does not know yet what the depfile says.
        file(REMOVE "${stamp}")
    endif()
    add_custom_command(
        OUTPUT "${stamp}"
        BYPRODUCTS "${all}" ${embedded}
        COMMAND tenon::tool generate --quiet ${config_flags} --out "${out}"
            --unity "${target}_queries.c" --depfile "${stamp}.d"
        ${embed_command}
        COMMAND ${CMAKE_COMMAND} -E touch "${stamp}"
        WORKING_DIRECTORY "${project_dir}"
        DEPENDS tenon::tool
        DEPFILE "${stamp}.d"
        COMMENT "Checking the queries of ${target}"
        VERBATIM)
    target_sources(${target} PRIVATE "${all}" ${embedded} "${stamp}")
    set_source_files_properties("${all}" ${embedded} "${stamp}" PROPERTIES GENERATED TRUE)
    target_include_directories(${target} PRIVATE "${out}")
    cmake_language(EVAL CODE
        "cmake_language(DEFER CALL _tenon_generate_depends [[${target}]] [[${all}]])")
endfunction()

cmake_policy(POP)
