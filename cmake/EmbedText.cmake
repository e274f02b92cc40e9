# SPDX-License-Identifier: MIT
# Writes the text files of a folder into a C source, as the array of cli/embedded.h that is called NAME:
# cmake -DFOLDER=… -DNAME=… -DOUTPUT=… -P EmbedText.cmake
file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*)
list(SORT files)
set(source "/* Made by cmake/EmbedText.cmake. */\n#include \"embedded.h\"\n\n")
string(APPEND source "const struct embedded_file ${NAME}[] = {\n")
foreach(file ${files})
    # Brackets and semicolons are CMake's own: a list is never made of the text.
    file(READ ${FOLDER}/${file} text)
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REPLACE "?" "\\?" text "${text}")
    string(REPLACE "\t" "\\t" text "${text}")
    string(REPLACE "\n" "\\n\"\n     \"" text "${text}")
    string(APPEND source "    {\"${file}\",\n     \"${text}\"},\n")
endforeach()
string(APPEND source "};\nconst size_t ${NAME}_count = sizeof(${NAME}) / sizeof(${NAME}[0]);\n")
file(WRITE ${OUTPUT} "${source}")
