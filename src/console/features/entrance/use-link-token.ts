import { useEffect, useState } from 'react'
import { useLocation, useNavigate } from 'react-router-dom'

/** The token of the link for a set-up or of an invite, `#token=…`. Once read it is taken out of the address bar, where others could read it. */
export const useLinkToken = (): string => {
  const { hash, pathname } = useLocation()
  const navigate = useNavigate()
  const [token, setToken] = useState(() => tokenIn(hash))
  useEffect(() => {
    if (hash === '') return
    // A link that is opened in a page that is open already changes the fragment only.
    if (tokenIn(hash)) setToken(tokenIn(hash))
    void navigate(pathname, { replace: true })
  }, [hash, pathname, navigate])
  return token
}

const tokenIn = (hash: string): string => new URLSearchParams(hash.slice(1)).get('token') ?? ''
