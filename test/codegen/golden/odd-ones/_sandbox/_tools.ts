import { tool } from './_runtime/mcp-bridge.ts'

const $at = (file: string): unknown => tool(import.meta, file)

export const at = $at("at.ts") as typeof import("./at.ts").at
export type AtParams = Parameters<typeof at>[0]
export type AtResult = Awaited<ReturnType<typeof at>>

export const delete_ = $at("delete_.ts") as typeof import("./delete_.ts").delete_
export type Delete_Params = Parameters<typeof delete_>[0]
export type Delete_Result = Awaited<ReturnType<typeof delete_>>

export const getUser = $at("getUser.ts") as typeof import("./getUser.ts").getUser
export type GetUserParams = Parameters<typeof getUser>[0]
export type GetUserResult = Awaited<ReturnType<typeof getUser>>

export const getUser_2 = $at("getUser_2.ts") as typeof import("./getUser_2.ts").getUser_2
export type GetUser_2Params = Parameters<typeof getUser_2>[0]
export type GetUser_2Result = Awaited<ReturnType<typeof getUser_2>>

export const 天気 = $at("天気.ts") as typeof import("./天気.ts").天気
export type 天気Params = Parameters<typeof 天気>[0]
export type 天気Result = Awaited<ReturnType<typeof 天気>>
